package extractor_test

import (
	"strings"
	"testing"

	"nashra/extractor"
)

func TestCleanHTML(t *testing.T) {
	const at = "https://partner.example"
	tests := []struct{ name, in, want string }{
		// H1
		{"forms and what they hold go", `<p>أ</p><form><p>ب</p><input></form><button>ج</button><select><option>د</select>`, `<p>أ</p>`},
		{"unknown elements are unwrapped", `<p>أ <big>ب</big> <mark>ج</mark><wbr></p>`, `<p>أ ب ج</p>`},
		{"sections are no paragraphs", `<article><header><h1>ع</h1></header><section><p>أ</p></section></article>`, `<h2>ع</h2><p>أ</p>`},
		{"headings change rank", `<h1>أ</h1><h2>ب</h2><h3>ج</h3><h4>د</h4><h6>ه</h6>`, `<h2>أ</h2><h2>ب</h2><h3>ج</h3><h4>د</h4><h4>ه</h4>`},
		{"a list keeps how it counts", `<ol start="3" reversed type="a"><li value="9">أ</li></ol>`, `<ol start="3" reversed type="a"><li>أ</li></ol>`},
		{"terms, details and ruby", `<dl><dt>أ</dt><dd>ب</dd></dl><details><summary>ج</summary><p>د</p></details><p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>`,
			`<dl><dt>أ</dt><dd>ب</dd></dl><details><summary>ج</summary><p>د</p></details><p dir="ltr"><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>`},
		{"a summary stands first", `<details><p>أ</p><summary>ب</summary></details>`, `<details><summary>ب</summary><p>أ</p></details>`},
		{"a video's text for old browsers goes", `<video controls onplay="x()"><source src="/v.mp4" type="video/mp4">متصفحك قديم</video>`, `<video controls><source src="` + at + `/v.mp4" type="video/mp4"></video>`},
		{"a player without an address goes", `<p>أ</p><audio controls></audio>`, `<p>أ</p>`},
		{"a known video becomes a link", `<iframe src="//www.youtube.com/embed/x" title="كلمة الوزير"></iframe>`, `<p><a href="https://www.youtube.com/embed/x">كلمة الوزير</a></p>`},
		{"other frames go", `<p>أ</p><iframe src="https://ads.example/"></iframe>`, `<p>أ</p>`},
		{"a foot of a table is a body", `<table><tfoot><tr><td>أ</td></tr></tfoot></table>`, `<table><tbody><tr><td>أ</td></tr></tbody></table>`},
		{"an empty cell keeps its place", `<table><tr><td>أ</td><td></td></tr></table>`, `<table><tbody><tr><td>أ</td><td></td></tr></tbody></table>`},
		{"a table that shows nothing goes", `<p>أ</p><table><tr><td>&nbsp;</td></tr></table>`, `<p>أ</p>`},

		// H2
		{"an address hidden behind a newline", "<a href=\"java\nscript:alert(1)\">أ</a>", `<p>أ</p>`},
		{"a place on the page", `<p><a href="#n">أ</a></p>`, `<p><a href="` + page + `#n">أ</a></p>`},
		{"a scheme of the page", `<p><a href="//cdn.example/x">أ</a></p>`, `<p><a href="https://cdn.example/x">أ</a></p>`},
		{"a stray percent sign", `<p><a href="/s?q=100%">أ</a></p>`, `<p><a href="` + at + `/s?q=100%">أ</a></p>`},
		{"every address of a srcset", `<img src="/a.jpg" srcset="/b.jpg?utm_source=x 1x, javascript:x 2x,/c,d.jpg 3x">`,
			`<img src="` + at + `/a.jpg" srcset="` + at + `/b.jpg 1x, ` + at + `/c,d.jpg 3x" loading="lazy">`},
		{"addresses of quotes and changes", `<p><q cite="/q">أ</q> <del cite="javascript:x">ب</del></p>`, `<p><q cite="` + at + `/q">أ</q> <del>ب</del></p>`},
		{"a link in a link", `<p><a href="/a">أ <object><a href="/b">ب</a></object></a></p>`, `<p><a href="` + at + `/a">أ</a></p>`},
		{"every tracking parameter", `<p><a href="/a?utm_foo=1&fbclid=1&gclid=1&dclid=1&msclkid=1&yclid=1&mc_cid=1&mc_eid=1&igshid=1&UTM_ID=1&utm=1&b=2&a=1#n">أ</a></p>`,
			`<p><a href="` + at + `/a?utm=1&amp;b=2&amp;a=1#n">أ</a></p>`},
		{"schemes that are no address", `<p><a href="ftp://a.example/">أ</a> <a href="whatsapp://send?text=x">ب</a> <a href="data:image/png;base64,AA">ج</a> <a href="mailto:a@b.example">د</a> <a href="tel:123">ه</a></p>`,
			`<p>أ ب ج <a href="mailto:a@b.example">د</a> <a href="tel:123">ه</a></p>`},
		{"a tracking parameter inside another address", `<p><a href="https://x.example/?u=https%3A%2F%2Fy.example%2F%3Futm_source%3Da">أ</a></p>`, `<p><a href="https://x.example/?u=https%3A%2F%2Fy.example%2F%3Futm_source%3Da">أ</a></p>`},
		{"players and posters", `<video src="/v.mp4" poster="javascript:x" controls></video><video controls><source src="javascript:x"><source src="/w.mp4" type="video/mp4"></video>`,
			`<video src="` + at + `/v.mp4" controls></video><video controls><source src="` + at + `/w.mp4" type="video/mp4"></video>`},

		// H3
		{"the real address of a lazy picture", `<img src="/low.jpg" data-src="/a.jpg"><img src="/grey.gif" data-lazy-src="/b.jpg">`,
			`<img src="` + at + `/a.jpg" loading="lazy"><img src="` + at + `/b.jpg" loading="lazy">`},
		{"a picture without src", `<img srcset="/a.jpg 320w, /b.jpg 640w" alt="">`,
			`<img src="` + at + `/b.jpg" srcset="` + at + `/a.jpg 320w, ` + at + `/b.jpg 640w" alt="" loading="lazy">`},
		{"the sources of a lazy picture element", `<picture><source data-srcset="/a.webp" type="image/webp"><img data-src="/a.jpg"></picture>`,
			`<picture><source srcset="` + at + `/a.webp" type="image/webp"><img src="` + at + `/a.jpg" loading="lazy"></picture>`},
		{"a picture of one pixel by its style", `<p>أ<img src="/a.gif" style="width:1px;height:1px"></p>`, `<p>أ</p>`},
		{"a picture of no size", `<p>أ<img src="/a.gif" width="0" height="0"></p>`, `<p>أ</p>`},
		{"a picture in a link that is refused", `<p>أ</p><a href="javascript:x"><img src="/a.jpg"></a>`, `<p>أ</p><img src="` + at + `/a.jpg" loading="lazy">`},
		{"a sharp picture's candidates", `<img src="/a.jpg" srcset="/a-300.jpg 300w, /a-600.jpg 600w" sizes="100vw" loading="eager">`,
			`<img src="` + at + `/a.jpg" srcset="` + at + `/a-300.jpg 300w, ` + at + `/a-600.jpg 600w" sizes="100vw" loading="lazy">`},
		{"a known tracker of any size", `<p>أ</p><img src="https://www.facebook.com/tr?id=1&ev=PageView">`, `<p>أ</p>`},
		{"the same picture with a tracking parameter", `<img src="/a.jpg"><p>أ</p><img src="/a.jpg?utm_source=x">`, `<img src="` + at + `/a.jpg" loading="lazy"><p>أ</p>`},
		{"what is left empty goes", `<p>أ</p><figure><img src="/p" width="1" height="1"><figcaption>ب</figcaption></figure><a href="/x"> </a><ul><li></li></ul><blockquote><p></p></blockquote>`, `<p>أ</p>`},

		{"a figure of WordPress", `<div class="wp-caption"><a href="/x"><img src="/a.jpg"></a><p class="wp-caption-text">أ</p></div>`,
			`<figure><a href="` + at + `/x"><img src="` + at + `/a.jpg" loading="lazy"></a><figcaption>أ</figcaption></figure>`},
		{"a figure of text is no figure", `<figure><p>أ</p></figure>`, `<p>أ</p>`},
		{"a caption of text stays", `<figure><p>أ</p><figcaption>ب</figcaption></figure>`, `<figure><p>أ</p><figcaption>ب</figcaption></figure>`},
		{"a caption of a video stays", `<figure><div><iframe src="https://www.youtube.com/embed/x" title="أ"></iframe></div><figcaption>ب</figcaption></figure>`,
			`<figure><a href="https://www.youtube.com/embed/x">أ</a><figcaption>ب</figcaption></figure>`},

		// H4
		{"blocks inside text", `<div>أ<div>ب</div>ج<p>د</p>ه</div>`, `<p>أ</p><p>ب</p><p>ج</p><p>د</p><p>ه</p>`},
		{"breaks with a blank between", `<p>أ<br>&nbsp;<br />ب<br></p>`, `<p>أ</p><p>ب</p>`},
		{"breaks inside emphasis", `<p><b>أ<br><br>ب</b> ج</p>`, `<p><b>أ</b></p><p><b>ب</b> ج</p>`},
		{"breaks before and behind", `<div>أ<div><br></div>ب<br></div><p>ج<br><br></p><br>د`, `<p>أ</p><p>ب</p><p>ج</p><p>د</p>`},
		{"what Blogger writes", `<div dir="rtl" style="text-align:right"><div class="separator"><a href="/a.jpg"><img border="0" src="/a.jpg"></a></div><br>أ<br><br><b>ب</b><br><br>ج</div>`,
			`<p><a href="` + at + `/a.jpg"><img src="` + at + `/a.jpg" loading="lazy"></a></p><p>أ</p><p><b>ب</b></p><p>ج</p>`},
		{"what Word writes", `<p class="MsoNormal" dir="RTL"><b><span style="x">أ<o:p></o:p></span></b></p><p dir="RTL"><span><o:p>&nbsp;</o:p></span></p>`, `<p><b>أ</b></p>`},
		{"a break stays where it was", `<p>أ<br><b>ب</b> <i><b>ج<br>د</b><br></i>ه</p>`, `<p>أ<br><b>ب</b> <i><b>ج<br>د</b></i><br>ه</p>`},
		{"emphasis around blocks", `<b><p>أ</p><ul><li>ب</li></ul></b>`, `<p><b>أ</b></p><ul><li><b>ب</b></li></ul>`},
		{"identical emphasis further in", `<p><b>أ <i>ب <b>ج</b></i></b></p>`, `<p><b>أ <i>ب ج</i></b></p>`},
		{"a lone line in an item or cell stays bare", `<ul><li><div>أ</div></li></ul><table><tr><td><div>ب</div></td></tr></table>`,
			`<ul><li>أ</li></ul><table><tbody><tr><td>ب</td></tr></tbody></table>`},
		{"several lines in an item are paragraphs", `<ul><li>أ<br><br>ب</li></ul>`, `<ul><li><p>أ</p><p>ب</p></li></ul>`},
		{"items without a list get one", `<li>أ</li><li>ب</li><p>ج</p>`, `<ul><li>أ</li><li>ب</li></ul><p>ج</p>`},
		{"a list right in a list belongs to the item before", `<ul><li>أ</li><ul><li>ب</li></ul></ul>`, `<ul><li>أ<ul><li>ب</li></ul></li></ul>`},
		{"blocks in a heading are one line", `<h2><div>أ</div><div>ب</div></h2>`, `<h2>أ<br>ب</h2>`},
		{"a quote holds paragraphs", `<blockquote>أ<br><br>ب</blockquote>`, `<blockquote><p>أ</p><p>ب</p></blockquote>`},
		{"a div with a picture is a paragraph", `<div><img src="/a.jpg"></div><p>أ</p>`, `<p><img src="` + at + `/a.jpg" loading="lazy"></p><p>أ</p>`},
		{"pictures alone are no paragraph", `<div><a href="/x"><img src="/a.jpg"></a><p>أ</p></div>`, `<a href="` + at + `/x"><img src="` + at + `/a.jpg" loading="lazy"></a><p>أ</p>`},

		// H5
		{"a wrong direction is put right", `<p dir="ltr">نص عربي</p><p dir="rtl">English text</p><p>نص</p>`, `<p>نص عربي</p><p dir="ltr">English text</p><p>نص</p>`},
		{"an item is no paragraph", `<p>نص</p><p>نص</p><ul><li>English text</li><li>نص</li></ul>`, `<p>نص</p><p>نص</p><ul><li>English text</li><li>نص</li></ul>`},
		{"an English article is left alone", `<p>The first.</p><p>The second.</p>`, `<p>The first.</p><p>The second.</p>`},
		{"Persian runs as Arabic does", `<p>این متن فارسی است.</p><p>می` + "\u200c" + `شود آن را خواند.</p>`, `<p>این متن فارسی است.</p><p>می` + "\u200c" + `شود آن را خواند.</p>`},
		{"no letters, no direction", `<p>نص</p><p dir="ltr">+20 2 2555</p>`, `<p>نص</p><p dir="ltr">+20 2 2555</p>`},

		{"a direction that says what the letters say stays", `<p lang="en" dir="ltr">The first.</p>`, `<p lang="en" dir="ltr">The first.</p>`},

		// H6
		{"code is left as it is", `<p>اكتب <code>a , b</code> ثم</p>`, `<p>اكتب <code>a , b</code> ثم</p>`},
		{"space in pre counts", "<pre>أ  ،\n ب<b> </b>ج</pre>", "<pre>أ  ،\n ب<b> </b>ج</pre>"},
		{"a colon at the end of emphasis", `<p><b>الوزير:</b>نعم</p>`, `<p><b>الوزير:</b> نعم</p>`},
		{"a mark between elements", `<p>قال <b>الوزير</b>،<i>إن</i> <a href="/a">الخطة</a>:«نعم»</p>`, `<p>قال <b>الوزير</b>، <i>إن</i> <a href="` + at + `/a">الخطة</a>: «نعم»</p>`},
		{"a mark alone in an element", `<p>مصر<b>,</b> ليبيا<i> .</i></p>`, `<p>مصر<b>،</b> ليبيا<i>.</i></p>`},
		{"tatweel in an element", `<p>م<b>ـ</b>صر</p>`, `<p>مصر</p>`},
		{"elements that touch", `<p><b>الوزير</b><b>يقول</b> ا<b>ل</b>ق<i>ا</i>هرة</p>`, `<p><b>الوزير</b><b>يقول</b> ا<b>ل</b>ق<i>ا</i>هرة</p>`},
		{"a mark behind code", `<p>اكتب <code>a , b</code> ثم ، انتظر .</p>`, `<p>اكتب <code>a , b</code> ثم، انتظر.</p>`},
		{"cells, items, captions and alt", `<table><tr><td> أ ، ب </td></tr></table><ul><li>أ ،ب</li></ul><figure><img src="/a.jpg" alt="أ ، ب"><figcaption>أ ، ب</figcaption></figure>`,
			`<table><tbody><tr><td>أ، ب</td></tr></tbody></table><ul><li>أ، ب</li></ul><figure><img src="` + at + `/a.jpg" alt="أ، ب" loading="lazy"><figcaption>أ، ب</figcaption></figure>`},
		{"a break parts the text", `<p>أ <br> ، ب</p>`, `<p>أ<br>، ب</p>`},
		{"emphasis that is left empty goes", `<p>أ<b> </b><i></i>ب</p>`, `<p>أ ب</p>`},
		{"code that is left empty goes", `<p>أ <code> </code></p>`, `<p>أ</p>`},
		{"emphasis of what cannot be seen is no space", `<p>مص<b>&#8203;</b>ر</p>`, `<p>مصر</p>`},
		{"what joins letters joins them across borders", `<p>این متن می<span>&zwnj;</span>شود</p>`, "<p>این متن می\u200cشود</p>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := cleanHTML(t, tt.in, page)
			if canonical(t, got) != canonical(t, tt.want) {
				t.Errorf("CleanHTML(%q)\n got %s\nwant %s", tt.in, got, tt.want)
			}
			if again := cleanHTML(t, got, page); again != got {
				t.Errorf("CleanHTML(%q) is not idempotent\n got %s\nthen %s", tt.in, got, again)
			}
			harmless(t, tt.in, got)
		})
	}
}

func TestOutgoingLinksAreMarked(t *testing.T) {
	got := cleanHTML(t, `<p><a href="https://other.example/" rel="follow" target="_blank">أ</a></p>`, page)
	if want := `<p><a href="https://other.example/" rel="noopener noreferrer nofollow ugc">أ</a></p>`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestWithoutAPageRelativeAddressesAreRefused(t *testing.T) {
	got := cleanHTML(t, `<p><a href="/a">أ</a> <a href="https://b.example/">ب</a> <img src="/c.jpg"></p>`, "")
	if want := `<p>أ <a href="https://b.example/">ب</a></p>`; canonical(t, got) != canonical(t, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if _, err := extractor.CleanHTML("<p>أ</p>", "https://a b/%zz"); err == nil {
		t.Error("an unreadable address of the page is no error")
	}
}

func TestDeepMarkupIsCleaned(t *testing.T) {
	for _, tag := range []string{"div", "b", "blockquote", "ul><li", "table><tr><td", "span", "a href=/x", "font size=1"} {
		in := strings.Repeat("<"+tag+">", 3000) + "نص" + strings.Repeat("<p>نص آخر", 50)
		if got := cleanHTML(t, in, page); !strings.Contains(got, "نص آخر") {
			t.Errorf("3000 × <%s>: got %.200q", tag, got)
		}
	}
}

func TestText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"paragraphs and headings", `<h2>أ</h2><p>ب <b>ج</b></p>`, "أ\n\nب ج"},
		{"a break is a newline", `<p>أ<br>ب</p>`, "أ\nب"},
		{"items and rows are lines", `<ul><li>أ</li><li>ب</li></ul><table><tbody><tr><td>ج</td><td>د</td></tr><tr><td>ه</td></tr></tbody></table>`, "أ\nب\n\nج د\nه"},
		{"a table that arranges the page", `<table><tbody><tr><td><p>أ</p><p>ب</p></td></tr></tbody></table>`, "أ\n\nب"},
		{"quotes", `<blockquote><p>أ</p><p>ب</p></blockquote>`, "أ\n\nب"},
		{"no pictures, captions and videos", `<figure><img src="https://p.example/a.jpg" alt="أ"><figcaption>ب</figcaption></figure><p>ج</p><p><a href="https://www.youtube.com/embed/x">فيديو</a></p>`, "ج"},
		{"pre as it was written", "<pre>أ\n  ب</pre>", "أ\n  ب"},
		{"entities", `<p>أ &amp; &lt;ب&gt;</p>`, "أ & <ب>"},
		{"text without markup", `أ`, "أ"},
		{"nothing", ``, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := extractor.Text(tt.in); got != tt.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}
