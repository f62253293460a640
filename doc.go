// Package nashra holds the words that every part of the program speaks.
//
// A news desk agrees with partner sites that it may carry their news. What a
// partner publishes reaches us as an [Entry] of a feed; the extractor makes
// [Content] of it; the store keeps that as an [Article] under an id that never
// changes; readers get the article with a note that credits the partner. All
// that ever changes the store is a [Batch], and all that tells whether an
// article may be read is [Visible].
//
// The package does no input or output, reads no clock and knows none of the
// packages around it. Begin with [Subscription], [Entry], [Article], [Batch].
//
// All instants are UTC, all sizes bytes, all strings UTF-8.
package nashra
