package publisher_test

import (
	"flag"
	"fmt"
	"strings"
	"time"

	"nashra"
)

var update = flag.Bool("update", false, "write the golden files")

// The sources of the tests' news.
var (
	fikra = nashra.Source{
		ID: "fikrafann", Name: "جريدة فكرة فن", Feed: "https://desk:secret@fikra.example/feed", Homepage: "https://fikra.example/",
		Category: "سياسة", Licence: "https://creativecommons.org/licenses/by/4.0/",
	}
	nile    = nashra.Source{ID: "nile", Name: "وكالة النيل للأنباء", Feed: "https://nile.example/rss.xml", Homepage: "https://nile.example/", Category: "اقتصاد وأعمال"}
	courier = nashra.Source{ID: "courier", Name: "Courier d’Orient", Feed: "https://courier.example/atom", Language: "fr"}
)

func content(title, link string, published time.Time) nashra.Content {
	return nashra.Content{
		Title: title, Link: link, Excerpt: "مقتطف من «" + title + "» يكفي القارئ ليعرف ما في الخبر.",
		HTML:     "<p>الفقرة الأولى من «" + title + "».</p><p>والفقرة الثانية منه.</p>",
		Language: "ar", Direction: "rtl", Method: "feed", Published: published,
		Credit: nashra.Credit{Link: link},
	}
}

// meeting is an article that has everything.
func meeting() nashra.Content {
	c := content("لقاء في القاهرة يبحث استقرار ليبيا", "https://fikra.example/أخبار/1?utm=a b", began.Add(-90*time.Minute))
	c.Byline = "سلمى عبد الرحمن"
	c.Excerpt = "استقبلت القاهرة وفدًا ليبيًا رفيعًا، وبحث الجانبان عودة المؤسسات & توحيدها."
	c.HTML = `<p>القاهرة - استقبلت العاصمة المصرية اليوم وفدًا ليبيًا رفيعًا.</p><h2>ما بعد اللقاء</h2>` +
		`<p>قال <b>المتحدث</b>: «نعم» &amp; أضاف أن <a href="https://other.example/" rel="noopener noreferrer nofollow ugc">البيان</a> يصدر غدًا.</p>` +
		`<figure><img src="https://fikra.example/meeting-1024x576.jpg" alt="صورة اللقاء" loading="lazy"/></figure>`
	c.Image = "https://fikra.example/meeting.jpg"
	c.Categories = []string{"ليبيا", "سياسه", "الأمن القومي"}
	c.Enclosures = []nashra.Enclosure{
		{URL: "https://fikra.example/a.mp3", Type: "audio/mpeg"}, // without a length
		{URL: "https://fikra.example/b.mp3", Type: "audio/mpeg", Length: 4321},
		{URL: "javascript:alert(1)", Type: "audio/mpeg", Length: 1},
	}
	c.Credit = nashra.Credit{Partner: "جريدة فكرة فن", Link: c.Link, Origin: "وكالة أنباء الشرق الأوسط"}
	return c
}

func french() nashra.Content {
	c := content("Le Caire accueille une délégation", "https://courier.example/7", began.Add(-3*time.Hour))
	c.Language, c.Direction, c.Excerpt, c.HTML = "fr", "ltr", "Une délégation libyenne au Caire.", "<p>Une délégation libyenne.</p>"
	return c
}

// newsroom fills w with a few days' news of three sources, and returns the id
// of the article that has everything.
func newsroom(w *world) string {
	w.Helper()
	w.configure(fikra, nile, courier)
	var economy []nashra.Content
	for i := range 9 {
		c := content(fmt.Sprintf("البورصة المصرية تغلق على ارتفاع للجلسة رقم %d", i+1), fmt.Sprintf("https://nile.example/%d", i+1),
			began.Add(-time.Duration(i+2)*5*time.Hour))
		if i%2 == 0 {
			c.Image = fmt.Sprintf("https://nile.example/%d.jpg", i+1)
		}
		economy = append(economy, c)
	}
	w.fetch("nile", economy...)
	w.fetch("courier", french())
	return w.fetch("fikrafann", meeting())[0]
}

// hostile is an article whose every string is an attack.
func hostile() nashra.Content {
	c := content(`</title><script>alert("1")</script> ]]> & `+"\x00\x0b\ufffe", "javascript:alert(2)", began)
	c.Byline = `<img src=x onerror=alert(3)>`
	c.Excerpt = `]]></description><script>alert(4)</script>` + "\x1f"
	c.HTML = "<p>]]&gt; ]]> \x00 \x0c نص</p>"
	c.Image = `"><script>alert(5)</script>`
	c.Categories = []string{`"/><script>`, strings.Repeat("ط", 5000)}
	c.Language, c.Direction = `ar"><script>`, `rtl" onload="alert(6)`
	c.Enclosures = []nashra.Enclosure{{URL: "https://evil.example/x.mp3", Type: `"><script>`, Length: 5}}
	c.Credit = nashra.Credit{Link: "javascript:alert(7)", Origin: `<script>alert(8)</script>`}
	return c
}
