using System.Management.Automation;
using System.Text;

namespace Concordat.Judge.Running;

/// <summary>Files of objects, by the engine's own serializer, with the bytes of Windows PowerShell 5.1.</summary>
internal static class Clixml
{
    public static IEnumerable<object?> Export(BuiltInCall call)
    {
        var path = call.Resolve(call.Has("LiteralPath") ? call.Text("LiteralPath") : call.Text("Path"));
        var depth = call.Has("Depth") ? (int)LanguagePrimitives.ConvertTo(call.Value("Depth"), typeof(int)) : 2;
        var text = PSSerializer.Serialize(call.Input.Single(), depth);
        call.Change(path, () => File.WriteAllText(path, text, Encodings[call.Has("Encoding") ? call.Text("Encoding") : "Unicode"]));
        return [];
    }

    public static IEnumerable<object?> Import(BuiltInCall call)
    {
        var path = call.Resolve(call.Has("LiteralPath") ? call.Text("LiteralPath") : call.Text("Path"));
        return [PSSerializer.Deserialize(File.ReadAllText(path))];
    }

    /// <summary>What 5.1 calls these encodings: each with its mark.</summary>
    private static readonly Dictionary<string, Encoding> Encodings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Unicode"] = new UnicodeEncoding(false, true),
        ["BigEndianUnicode"] = new UnicodeEncoding(true, true),
        ["UTF8"] = new UTF8Encoding(true),
        ["UTF32"] = new UTF32Encoding(false, true),
        ["ASCII"] = new ASCIIEncoding(),
    };
}
