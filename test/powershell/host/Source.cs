using System.Management.Automation.Language;
using System.Text;
using System.Text.Json.Nodes;

namespace Concordat.Judge;

/// <summary>A script as the engine sees it: decoded as the shell would, then parsed.</summary>
internal sealed record Source(string Name, string Text, ScriptBlockAst Tree, Token[] Tokens, ParseError[] Errors)
{
    /// <summary>Reads `{ name, bytes }`, bytes in base64; a mark says UTF-8, else the code page.</summary>
    public static Source Of(JsonNode script)
    {
        var bytes = Convert.FromBase64String((string)script["bytes"]!);
        var encoding = Encoding.GetEncoding((int?)script["codePage"] ?? 1252);
        using var reader = new StreamReader(new MemoryStream(bytes), encoding, detectEncodingFromByteOrderMarks: true);
        return Parse((string?)script["name"] ?? "script", reader.ReadToEnd());
    }

    public static Source Parse(string name, string text)
    {
        var tree = Parser.ParseInput(text, name, out var tokens, out var errors);
        return new Source(name, text, tree, tokens, errors);
    }

    /// <summary>Every node of a kind, in source order, nested functions included.</summary>
    public IEnumerable<T> All<T>() where T : Ast => All<T>(Tree);

    public static IEnumerable<T> All<T>(Ast below) where T : Ast =>
        below.FindAll(node => node is T, searchNestedScriptBlocks: true).Cast<T>();
}

internal static class Json
{
    public static JsonArray List(IEnumerable<JsonNode?> items) => new(items.ToArray());

    public static JsonArray Words(IEnumerable<string> words) => List(words.Select(word => (JsonNode?)word));

    /// <summary>A finding at a place of a script.</summary>
    public static JsonObject At(IScriptExtent extent, string reason, string detail) => new()
    {
        ["line"] = extent.StartLineNumber,
        ["column"] = extent.StartColumnNumber,
        ["text"] = extent.Text.Length > 200 ? extent.Text[..200] : extent.Text,
        ["reason"] = reason,
        ["detail"] = detail,
    };
}
