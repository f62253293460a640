package store

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/klauspost/compress/s2"

	"nashra"
)

// The metadata of an article is a third of its text in length, and most of it
// stands in every other one too: the names of the fields, one link four times.
// So it is packed against a dictionary, which takes it to less than a half.

// articleDictionary is what articles have in common, the likeliest last. It is a
// part of the file's format: another one is for another encoding, and this one
// stays for what was packed with it.
const articleDictionary = `"suspect":"partial":true,"enclosures":[{"url":"https://","type":"audio/mpeg","length":"image/jpeg","video/mp4"` +
	`"n":["","o":{"","f":"","cause":"nashra","desk","last_modified":"Mon, 01 Jan 2024 00:00:00 GMT","body_hash":""` +
	`"method":"json-ld","microdata","select","feed","language":"en","direction":"ltr","origin":"رويترز","أ ش أ","وكالات","د ب أ","أ ف ب"` +
	`اقتصاد، رياضة، ثقافة، صحة، تكنولوجيا، منوعات، عرب وعالم، مصر، أخبار، محافظات، حوادث، فن، مقالات، تحقيقات` +
	` اليوم أمس الماضي المقبل العام الجديد الأول خلال بعد قبل منذ حول ضد بين عند لدى إلى على في من عن مع أن إن التي الذي الذين هذا هذه ذلك تلك كما وقد ولم وفي ومن وعلى وكان وكانت وأن وإن` +
	` قال وقال وقالت وأضاف وأضافت وأوضح وأكد وأكدت وأشار إلى أن وأعلن أعلنت وزارة وزير الرئيس رئيس مجلس الوزراء الحكومة محافظ المتحدة الدولة الدول العربية المصرية القاهرة الجمهورية الولايات الأمم` +
	` مليون دولار جنيه في المئة بنسبة عدد من خلال الفترة المنطقة المشروع الشركة الهيئة المدينة القدم المباراة الدوري كأس العالم` +
	`{"a":{"id":"","seq":1,"source":"","partner":"","guid":"https://www..com/wp-content/uploads/2024/01/.jpg.net/news/article/.org/ar/story/.html?p=index.php` +
	`","first_seen":"2025-01-01T00:00:00.000Z","sort":"2025-01-01T00:00:00Z","revised":"2025-01-01T00:00:00Z","revision":0,"cause":"partner","entry_hash":"","page_hash":""` +
	`,"page_validators":{"url":"https://","etag":"W/\"\"","last_modified":""},"title":"","link":"https://","byline":"","excerpt":"","language":"ar","direction":"rtl","image":"https://` +
	`","categories":[""],"published":"2025-01-01T00:00:00Z","updated":"2025-01-01T00:00:00Z","method":"generic","credit":{"partner":"","link":"https://"}},"b":""}`

// packing is made of constants alone and may be used from several goroutines, so
// there is one.
var packing = sync.OnceValue(func() *s2.Dict {
	return s2.MakeDictManual([]byte(articleDictionary), uint16(strings.Index(articleDictionary, `{"a":{"id":"`)))
})

// packJSON is v as packed JSON: S2, an extension of Snappy, which unlike zstd
// costs a listing next to nothing.
func packJSON(v any) ([]byte, error) {
	data, err := marshal(v)
	if err != nil {
		return nil, err
	}
	return packing().EncodeBetter(nil, data), nil
}

// unpackJSON reads what packJSON gave.
func unpackJSON(data []byte, v any) error {
	n, err := s2.DecodedLen(data)
	if err == nil && n > 2*maxBody {
		err = nashra.ErrTooLarge
	}
	var raw []byte
	if err == nil {
		raw, err = packing().Decode(nil, data)
	}
	if err != nil {
		return damaged("packed metadata is not what was written (%v)", err)
	}
	if a, ok := v.(*storedArticle); ok {
		return scanOrDecode(raw, a)
	}
	return json.Unmarshal(raw, v)
}
