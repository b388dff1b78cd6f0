using System.Management.Automation.Language;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Concordat.Judge;

/// <summary>What the parser says of a script: faults, commands, strings, and syntax newer than its level.</summary>
internal static class Parsing
{
    public static JsonNode Answer(JsonNode request)
    {
        var source = Source.Of(request);
        var level = Version.Parse((string?)request["level"] ?? "99.0");
        return new JsonObject
        {
            ["errors"] = Json.List(source.Errors.Select(error => Json.At(error.Extent, error.ErrorId, error.Message))),
            ["newer"] = Json.List(Levels.Of(source)
                .Where(use => use.Since > level)
                .Select(use => Json.At(use.Extent, use.Construct, $"needs PowerShell {use.Since}"))),
            ["commands"] = Json.Words(source.All<CommandAst>().Select(command => command.GetCommandName() ?? command.CommandElements[0].Extent.Text)),
            ["strings"] = source.All<StringConstantExpressionAst>().Count(text => text.StringConstantType != StringConstantType.BareWord),
        };
    }

    /// <summary>A digest of the token stream for each code page, the byte-order mark taken away.</summary>
    public static JsonNode Tokens(JsonNode request)
    {
        var bytes = Convert.FromBase64String((string)request["bytes"]!);
        var bare = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        var answer = new JsonObject();
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var page in request["codePages"]!.AsArray().Select(page => (int)page!))
        {
            var text = Encoding.GetEncoding(page).GetString(bare);
            if (!digests.TryGetValue(text, out var digest)) digests[text] = digest = Digest(Source.Parse("script", text));
            answer[page.ToString()] = digest;
        }
        return answer;
    }

    private static string Digest(Source source)
    {
        var stream = string.Join('\n', source.Tokens.Select(token => $"{token.Kind} {token.Text}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.Unicode.GetBytes(stream)));
    }
}
