using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Concordat.Judge.Running;

/// <summary>
/// ConvertFrom-Json as 5.1 has it: an array is one object, a date is one only in the form of
/// Microsoft's serializer, and names that differ in case alone are refused.
/// </summary>
internal static partial class WindowsJson
{
    public static object? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Value(document.RootElement);
        }
        catch (JsonException fault)
        {
            throw new ArgumentException($"Invalid JSON primitive: {fault.Message}");
        }
    }

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Shape(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToArray(),
        JsonValueKind.String => Text(element.GetString()!),
        JsonValueKind.Number => element.TryGetInt32(out var small) ? small : element.TryGetInt64(out var large) ? large : element.GetDecimal(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static PSObject Shape(JsonElement element)
    {
        var shape = new PSObject();
        foreach (var member in element.EnumerateObject())
        {
            if (shape.Properties[member.Name] is not null) throw new ArgumentException($"Cannot convert the JSON string because it contains the duplicated keys '{member.Name}'.");
            shape.Properties.Add(new PSNoteProperty(member.Name, Value(member.Value)));
        }
        return shape;
    }

    private static object Text(string text) => Moment().Match(text) is { Success: true } found
        ? DateTime.UnixEpoch.AddMilliseconds(long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture))
        : text;

    [GeneratedRegex(@"^/Date\((-?\d+)\)/$")]
    private static partial Regex Moment();
}
