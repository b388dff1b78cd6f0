using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Servers;

/// <summary>Objects as a shell prints them.</summary>
internal static class Shapes
{
    public static PSObject Object(string type, params (string Name, object? Value)[] properties)
    {
        var shape = new PSObject();
        shape.TypeNames.Insert(0, type);
        foreach (var (name, value) in properties) shape.Properties.Add(new PSNoteProperty(name, value));
        return shape;
    }

    /// <summary>What crossed the wire: properties without methods, enumerations as texts.</summary>
    public static object? Copy(object? value) => value is null ? null : PSSerializer.Deserialize(PSSerializer.Serialize(value, 2));

    public static DateTime Moment(JsonNode? text) =>
        DateTime.Parse((string)text!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    public static bool Same(JsonNode? value, string? text) => string.Equals((string?)value ?? "", text ?? "", StringComparison.OrdinalIgnoreCase);
}
