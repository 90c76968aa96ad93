/** What the editor and the documentation say about a function. A test keeps it in step with the functions themselves. */
export interface FunctionHelp {
  readonly name: string;
  readonly signature: string;
  readonly example: string;
  readonly sentence: string;
}

function help(name: string, signature: string, example: string, sentence: string): FunctionHelp {
  return { name, signature, example, sentence };
}

/** Every function, helpers first. */
export const FUNCTION_HELP: readonly FunctionHelp[] = [
  help('toJson', 'value', '{{toJson .VirtualPath}}', 'JSON of any value, texts in quotes and escaped.'),
  help('toJsonUnquoted', 'value', '"/base/{{toJsonUnquoted .ObjectName}}"', 'As toJson, but texts without the quotes around them.'),
  help('toBase64', 'text', '{{toBase64 .Name}}', 'Base64 of a text.'),
  help('toHex', 'text', '{{toHex .Name}}', 'Hexadecimal bytes of a text.'),
  help('urlEscape', 'text', '{{urlEscape .Email}}', 'A text for a query parameter; a space becomes +.'),
  help('urlPathEscape', 'text', '{{urlPathEscape .ObjectName}}', 'A text for one segment of a URL path.'),
  help('pathDir', 'path', '{{pathDir .VirtualPath}}', 'The folder of a path.'),
  help('pathBase', 'path', '{{pathBase .VirtualPath}}', 'The last element of a path.'),
  help('pathExt', 'path', '{{pathExt .VirtualPath}}', 'The extension with its dot.'),
  help('pathJoin', 'list', '{{pathJoin (stringSlice "/a" .ObjectName)}}', 'Elements joined to a clean path.'),
  help('filePathJoin', 'list', '{{filePathJoin (stringSlice .FsPath "x")}}', "Elements joined to a path of the machine's file system."),
  help('stringSlice', 'text …', '{{stringSlice "a" "b"}}', 'A list of texts.'),
  help('stringJoin', 'list separator', '{{stringJoin .Errors ", "}}', 'The texts of a list with a separator between them.'),
  help('stringTrimSuffix', 'text suffix', '{{stringTrimSuffix .ObjectName ".jpg"}}', 'The text without that end.'),
  help('stringTrimPrefix', 'text prefix', '{{stringTrimPrefix .VirtualPath "/in"}}', 'The text without that beginning.'),
  help('stringReplace', 'text old new', '{{stringReplace .VirtualPath "/a" "/b"}}', 'The text with every old replaced by new.'),
  help('stringHasPrefix', 'text prefix', '{{if stringHasPrefix .VirtualPath "/in"}}…{{end}}', 'Whether the text begins so.'),
  help('stringHasSuffix', 'text suffix', '{{if stringHasSuffix .ObjectName ".pdf"}}…{{end}}', 'Whether the text ends so.'),
  help('stringToLower', 'text', '{{stringToLower .Name}}', 'The text in small letters.'),
  help('stringToUpper', 'text', '{{stringToUpper .Name}}', 'The text in capitals.'),
  help('createDict', 'key value …', '{{$m := createDict 1 "OK" 2 "KO"}}', 'A map; 1 and "1" are different keys.'),
  help('mapToString', 'key map', '{{mapToString .Status $m}}', 'The value under a key as text; empty when there is none.'),
  help('humanizeBytes', 'int64', '{{humanizeBytes .FileSize}}', 'A size with a decimal unit: 1500 is 1.5 KB.'),
  help('fromMillis', 'int64', '{{(fromMillis .Object.User.CreatedAt).Format "2006-01-02"}}', 'A time from milliseconds since 1970.'),
  help('and', 'value …', '{{and .Name .Email}}', 'The first empty value, or the last one.'),
  help('or', 'value …', '{{or .Email "none"}}', 'The first value that is not empty, or the last one.'),
  help('not', 'value', '{{if not .Errors}}…{{end}}', 'Whether the value is empty.'),
  help('eq', 'value value …', '{{if eq .Status 1 2}}…{{end}}', 'Whether the first equals any other; 1 and 1.0 do not compare.'),
  help('ne', 'value value', '{{if ne .Status 1}}…{{end}}', 'Whether two values differ.'),
  help('lt', 'value value', '{{if lt .FileSize 1000}}…{{end}}', 'Whether the first is less.'),
  help('le', 'value value', '{{if le .FileSize 1000}}…{{end}}', 'Whether the first is less or equal.'),
  help('gt', 'value value', '{{if gt .FileSize 1000}}…{{end}}', 'Whether the first is greater.'),
  help('ge', 'value value', '{{if ge .FileSize 1000}}…{{end}}', 'Whether the first is greater or equal.'),
  help('len', 'value', '{{len .Errors}}', 'Number of elements, or of bytes of a text.'),
  help('index', 'value key …', '{{index .Metadata "author"}}', 'An element of a list, map or text.'),
  help('slice', 'value from to', '{{slice .UID 0 4}}', 'A part of a list, or of the bytes of a text.'),
  help('print', 'value …', '{{print .Name "-" .Status}}', 'The values as text.'),
  help('println', 'value …', '{{println .Name}}', 'The values as text with spaces between and a line feed after them.'),
  help('printf', 'format value …', '{{printf "%05d" .Status}}', "The values in Go's format."),
  help('html', 'value …', '{{html .ObjectName}}', 'The values escaped for HTML.'),
  help('js', 'value …', '{{js .ObjectName}}', 'The values escaped for a JavaScript text.'),
  help('urlquery', 'value …', '{{urlquery .ObjectName}}', 'The values escaped for a URL query.'),
  help('call', 'function value …', '', "Part of Go's language; no value here can be called."),
];
