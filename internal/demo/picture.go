package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http"
	"sync"
	"time"
)

// Every picture has this size, in pixels: 16:9, as news sites like it.
const (
	pictureWidth  = 800
	pictureHeight = 450
)

// pictures are the demo's pictures by file name, drawn when they are first
// asked for.
var pictures = map[string]func() []byte{
	"manuscript.png": drawn(tiles(0x16324f, 0xe8c07d, 0xb5562b, 90)),
	"theatre.png":    drawn(skyline(0x2b1b3d, 0xd9663d, 0xf6d186, 3)),
	"pottery.png":    drawn(tiles(0x7a3b1e, 0xf3dfc1, 0x1f6f6b, 120)),
	"oasis.png":      drawn(hills(0xf7d9a0, 0xe07a3f, 0x6b2d2a, 1)),
	"music.png":      drawn(rings(0x20304f, 0xf2b35b, 0xe8ece6, 2)),
	"harbour.png":    drawn(waves(0xf9c784, 0xe76f51, 0x12485c, 4)),
	"reef.png":       drawn(waves(0xbfe8e0, 0x2a9d8f, 0x0b3c49, 7)),
	"stars.png":      drawn(night(0x0b1026, 0x34406e, 0xf5e6b8, 5)),
	"solar.png":      drawn(rings(0xf4a259, 0xfff1c9, 0x5b8e7d, 6)),
	"storm.png":      drawn(hills(0x8fa6b8, 0x4a6173, 0x1d2b38, 9)),
	"wheat.png":      drawn(hills(0xfdeec2, 0xe9b44c, 0x5c6b2f, 12)),
	"bridge.png":     drawn(skyline(0x24506b, 0xf0a868, 0xfbe7c6, 8)),
	"library.png":    drawn(tiles(0x234d3c, 0xefe3c2, 0xc8963e, 75)),
	"stadium.png":    drawn(rings(0x1b5e3f, 0xf7f4e3, 0xd64933, 10)),
	"market.png":     drawn(tiles(0x8c2f39, 0xf4d8a8, 0x274b6d, 60)),
	"fog.png":        drawn(night(0x2a3a4c, 0x9fb3c1, 0xf3efe6, 11)),
}

// picture serves GET /pictures/{name}.
func picture(w http.ResponseWriter, r *http.Request) {
	draw, ok := pictures[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	serve(w, r, "image/png", time.Time{}, draw())
}

// shade is the colour of a picture at a point; x and y run from 0 to 1 over
// its width, so that y ends at 9/16.
type shade func(x, y float64) rgb

func drawn(s shade) func() []byte {
	return sync.OnceValue(func() []byte {
		img := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
		for j := range pictureHeight {
			for i := range pictureWidth {
				img.SetRGBA(i, j, s((float64(i)+.5)/pictureWidth, (float64(j)+.5)/pictureWidth).rgba())
			}
		}
		var b bytes.Buffer
		enc := png.Encoder{CompressionLevel: png.BestSpeed}
		if err := enc.Encode(&b, img); err != nil {
			panic("demo: encode its own picture: " + err.Error())
		}
		return b.Bytes()
	})
}

type rgb [3]float64

func hex(c uint32) rgb { return rgb{float64(c >> 16), float64(c >> 8 & 255), float64(c & 255)} }

func (c rgb) rgba() color.RGBA {
	return color.RGBA{uint8(c[0] + .5), uint8(c[1] + .5), uint8(c[2] + .5), 255}
}

// mix is c with the part t, from 0 to 1, of d.
func (c rgb) mix(d rgb, t float64) rgb {
	t = min(max(t, 0), 1)
	for i := range c {
		c[i] += (d[i] - c[i]) * t
	}
	return c
}

// inside is 1 where the distance d to a shape's edge is negative and 0 outside,
// with a soft edge of one pixel.
func inside(d float64) float64 { return min(max(.5-d*pictureWidth, 0), 1) }

const bottom = float64(pictureHeight) / pictureWidth

// hills are four ranges below a sun.
func hills(sky, middle, near uint32, seed float64) shade {
	a, b, c := hex(sky), hex(middle), hex(near)
	sun := rgb{255, 250, 235}
	return func(x, y float64) rgb {
		v := a.mix(b, y/bottom*.6)
		d := math.Hypot(x-.25-math.Mod(seed*.17, .5), y-.17)
		v = v.mix(sun, .35*math.Exp(-d*9)).mix(sun, inside(d-.055))
		for i := range 4 {
			f := float64(i)
			top := .25 + f*.075 + .035*math.Sin(x*(4+f*1.7)+seed+f*2.1) + .015*math.Sin(x*(11-f)+seed*2+f)
			v = v.mix(b.mix(c, (f+.6)/3.8), inside(top-y))
		}
		return v
	}
}

// waves are the sea under an evening sky.
func waves(sky, sun, deep uint32, seed float64) shade {
	a, b, c := hex(sky), hex(sun), hex(deep)
	return func(x, y float64) rgb {
		v := a.mix(b, y/.3*.5)
		v = v.mix(b.mix(rgb{255, 255, 255}, .35), inside(math.Hypot(x-.62, y-.24)-.085))
		for i := range 7 {
			f := float64(i)
			top := .26 + f*.045 + .008*(1+f*.25)*math.Sin(x*(22-f*2)+seed*f+f*f)
			v = v.mix(b.mix(c, .35+f*.1), inside(top-y))
		}
		return v
	}
}

// tiles are the eight-pointed stars of old walls, size in pixels apart.
func tiles(ground, star, heart uint32, size float64) shade {
	a, b, c := hex(ground), hex(star), hex(heart)
	cell := size / pictureWidth * 1.6
	return func(x, y float64) rgb {
		u, w := math.Mod(x, cell)-cell/2, math.Mod(y, cell)-cell/2
		square := max(math.Abs(u), math.Abs(w))
		diamond := (math.Abs(u) + math.Abs(w)) / math.Sqrt2
		edge := min(square, diamond)
		light := .82 + .18*math.Cos((x-.5)*2.4)*math.Cos((y-.28)*3)
		v := a.mix(c, .35*inside(math.Abs(diamond-cell*.62)-cell*.03))
		v = v.mix(b, inside(edge-cell*.36)).mix(a, inside(edge-cell*.29))
		v = v.mix(c, inside(edge-cell*.24)).mix(b, inside(math.Hypot(u, w)-cell*.09))
		return rgb{}.mix(v, light)
	}
}

// skyline is a town of houses, domes and lit windows at dusk.
func skyline(high, low, window uint32, seed float64) shade {
	a, b, c := hex(high), hex(low), hex(window)
	return func(x, y float64) rgb {
		v := a.mix(b, math.Pow(y/bottom, 1.4))
		v = v.mix(c, .9*inside(math.Hypot(x-.3, y-.16)-.04))
		for i := range 3 {
			f := float64(i)
			n := 9 + f*4
			k := math.Floor(x*n + f*.37)
			local := x*n + f*.37 - k
			noise := math.Abs(math.Mod(math.Sin(k*12.9898+seed*7.1+f*3.3)*437.5, 1))
			top := .26 + f*.07 + noise*.13
			v0 := b.mix(a, .45+f*.25)
			house := inside(max(top-y, (math.Abs(local-.5)-.47)/n))
			if noise > .6 {
				house = max(house, inside(math.Hypot((local-.5)/n, (y-top)*.8)-.3/n))
			}
			v = v.mix(v0, house)
			gu, gw := math.Mod(local*5, 1), math.Mod((y-top)*n*4.2, 1)
			lit := math.Mod(math.Abs(math.Sin(math.Floor(local*5)*3.1+math.Floor((y-top)*n*4.2)*5.7+k)*91.7), 1) > .62
			if lit && i > 0 && y > top+.02 && local > .1 && local < .9 {
				v = v.mix(c, .8*inside(max(math.Abs(gu-.5)-.2, math.Abs(gw-.5)-.25)/n/5))
			}
		}
		return v
	}
}

// night is a crescent among stars.
func night(high, low, light uint32, seed float64) shade {
	a, b, c := hex(high), hex(low), hex(light)
	return func(x, y float64) rgb {
		v := a.mix(b, y/bottom*.9)
		i, j := math.Floor(x*40), math.Floor(y*40)
		r1 := math.Abs(math.Mod(math.Sin(i*127.1+j*311.7+seed)*4375.8, 1))
		r2 := math.Abs(math.Mod(math.Sin(i*269.5+j*183.3+seed)*4375.8, 1))
		if r1 > .55 && y < .34 {
			star := math.Hypot(x*40-i-.2-.6*r1, y*40-j-.2-.6*r2) / 40
			v = v.mix(c, (.4+.6*r2)*inside(star-.0008-.0014*r2*r2))
		}
		moon := max(math.Hypot(x-.7, y-.17)-.07, .062-math.Hypot(x-.672, y-.158))
		v = v.mix(c, .25*math.Exp(-math.Hypot(x-.7, y-.17)*8)).mix(c, inside(moon))
		for k := range 3 {
			f := float64(k)
			top := .37 + f*.055 + .025*math.Sin(x*(5+f*2)+seed+f*1.3)
			v = v.mix(b.mix(a, .4+f*.28), inside(top-y))
		}
		return v
	}
}

// rings are circles around a centre, as of sound, light or a race.
func rings(ground, line, accent uint32, seed float64) shade {
	a, b, c := hex(ground), hex(line), hex(accent)
	cx, cy := .35+math.Mod(seed*.13, .3), .29
	return func(x, y float64) rgb {
		d := math.Hypot(x-cx, y-cy)
		v := a.mix(rgb{}, .35*d)
		for i := range 9 {
			r := .07 + float64(i)*.058
			angle := math.Atan2(y-cy, x-cx) + seed*float64(i)
			weight := .35 + .55*math.Pow(.5+.5*math.Cos(angle), 2)
			tone := b
			if i%3 == 2 {
				tone = c
			}
			v = v.mix(tone, weight*inside(math.Abs(d-r)-.011))
		}
		return v.mix(c, inside(d-.04))
	}
}
