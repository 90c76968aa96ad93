// Renders templates with Go's own text/template over the reference event contexts: the truth that engine/templates is
// measured against. Reads one JSON object per line, {"context": …, "template": …}, and answers each with one line that adds
// "output" or "error" ("parse", "exec" or "timeout", after which it ends). Types, helpers and contexts are those of the reference vectors.
//
// Run it with TZ=Europe/Rome: `go build -o oracle . && TZ=Europe/Rome ./oracle < cases.jsonl`.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"time"
)

type share struct {
	Name, Scope string
	ExpiresAt   int64
}
type account struct {
	Username, Email, Description string
	Status                       int
	QuotaSize                    int64
	Groups                       []string
	CreatedAt                    int64
}
type object struct {
	Share *share
	User  *account
	Admin *account
	Group *account
	raw   any
}

func (o object) JSON() string {
	if o.raw == nil {
		return "{}"
	}
	b, _ := json.Marshal(o.raw)
	return string(b)
}

type ctx struct {
	Name, ExtName, Event                                 string
	Status                                               int
	Errors                                               []string
	VirtualPath, FsPath, VirtualTargetPath, FsTargetPath string
	ObjectName, ObjectType                               string
	FileSize, Elapsed                                    int64
	Protocol, IP, Role, Email                            string
	Timestamp                                            time.Time
	UID                                                  string
	Object                                               object
	IDPFields                                            map[string]any
	Metadata                                             map[string]string
}

func jsonOf(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func humanize(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	div, exp := int64(1000), 0
	for m := n / 1000; m >= 1000; m /= 1000 {
		div *= 1000
		exp++
	}
	return strconv.FormatFloat(float64(n)/float64(div), 'f', -1, 64) + " " + string("KMGTPE"[exp]) + "B"
}

var funcs = template.FuncMap{
	"toJson": jsonOf,
	"toJsonUnquoted": func(v any) (string, error) {
		s, err := jsonOf(v)
		if _, ok := v.(string); ok && err == nil {
			s = s[1 : len(s)-1]
		}
		return s, err
	},
	"toBase64":         func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"toHex":            func(s string) string { return hex.EncodeToString([]byte(s)) },
	"urlEscape":        url.QueryEscape,
	"urlPathEscape":    url.PathEscape,
	"pathDir":          path.Dir,
	"pathBase":         path.Base,
	"pathExt":          path.Ext,
	"pathJoin":         func(e []string) string { return path.Join(e...) },
	"filePathJoin":     func(e []string) string { return filepath.Join(e...) },
	"stringSlice":      func(s ...string) []string { return s },
	"stringJoin":       strings.Join,
	"stringTrimSuffix": strings.TrimSuffix,
	"stringTrimPrefix": strings.TrimPrefix,
	"stringReplace":    strings.ReplaceAll,
	"stringHasPrefix":  strings.HasPrefix,
	"stringHasSuffix":  strings.HasSuffix,
	"stringToLower":    strings.ToLower,
	"stringToUpper":    strings.ToUpper,
	"createDict": func(kv ...any) (map[any]any, error) {
		if len(kv)%2 != 0 {
			return nil, fmt.Errorf("createDict: odd number of arguments")
		}
		m := map[any]any{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i]] = kv[i+1]
		}
		return m, nil
	},
	"mapToString": func(k any, m map[any]any) string {
		if v, ok := m[k]; ok {
			return fmt.Sprint(v)
		}
		return ""
	},
	"humanizeBytes": humanize,
	"fromMillis":    func(ms int64) time.Time { return time.UnixMilli(ms) },
}

func contexts() map[string]ctx {
	ts := time.Date(2025, 7, 4, 14, 30, 5, 123456789, time.UTC).In(time.Local)
	up := ctx{Name: "alice", ExtName: "ext@partner.example", Event: "upload", Status: 1, Errors: []string{},
		VirtualPath: "/a/b/file.txt", FsPath: "/srv/alice/a/b/file.txt", ObjectName: "file.txt",
		FileSize: 10000, Elapsed: 1532, Protocol: "SFTP", IP: "203.0.113.9", Role: "sales", Email: "user@example.com",
		Timestamp: ts, UID: "c9r1", Metadata: map[string]string{"version": "1.0", "author": "alice"}}
	fail := up
	fail.Name, fail.Event, fail.Status = "bob", "rename", 2
	fail.Errors = []string{"action \"a\" failed", "disk full"}
	fail.VirtualPath, fail.VirtualTargetPath = "/folder name/ünï 50%&.tar.gz", "/done/x <y>.TGZ"
	fail.ObjectName, fail.FileSize, fail.Metadata = "ünï 50%&.tar.gz", 1234567890, nil
	fail.Timestamp = time.Date(2024, 2, 29, 23, 59, 59, 5000000, time.UTC).In(time.Local)
	prov := ctx{Name: "admin", Event: "update", ObjectName: "carol", ObjectType: "user", Timestamp: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).In(time.Local),
		Status: 1, Email: "carol@example.com", IP: "127.0.0.1"}
	u := &account{Username: "carol", Email: "carol@example.com", Description: "says \"hi\"", Status: 1, QuotaSize: 1 << 30, Groups: []string{"staff", "eu"}, CreatedAt: 1735689600000}
	prov.Object = object{User: u, raw: map[string]any{"username": "carol", "status": 1}}
	idp := prov
	idp.Event = "IDP login user"
	idp.IDPFields = map[string]any{"sftpgo_role": []any{"group1", "group2", "group3"}, "verified": true, "dept": "R&D"}
	return map[string]ctx{"upload": up, "failed": fail, "provider": prov, "idp": idp}
}

// A rendering that writes more than this is cut off; the limits of engine/templates are lower.
const maxOutput = 4 << 20

type limited struct{ bytes.Buffer }

func (w *limited) Write(p []byte) (int, error) {
	if w.Len()+len(p) > maxOutput {
		return 0, fmt.Errorf("output too large")
	}
	return w.Buffer.Write(p)
}

type answer struct {
	Context  string `json:"context"`
	Template string `json:"template"`
	Output   string `json:"output"`
	Error    string `json:"error,omitempty"`
}

func render(a answer, all map[string]ctx) answer {
	t, err := template.New("t").Funcs(funcs).Parse(a.Template)
	if err != nil {
		a.Error = "parse"
		return a
	}
	var w limited
	if err := t.Execute(&w, all[a.Context]); err != nil {
		a.Error = "exec"
	} else {
		a.Output = w.String()
	}
	return a
}

func main() {
	all := contexts()
	if len(os.Args) > 1 && os.Args[1] == "bench" {
		bench(all)
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 16<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			panic(err)
		}
		done := make(chan answer, 1)
		go func(a answer) { done <- render(a, all) }(a)
		select {
		case a = <-done:
		case <-time.After(5 * time.Second):
			a.Error = "timeout"
		}
		encoder.Encode(a)
		out.Flush()
		if a.Error == "timeout" {
			return
		}
	}
}
