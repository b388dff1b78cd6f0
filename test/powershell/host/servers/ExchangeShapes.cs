using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Concordat.Judge.Servers;

/// <summary>A reference to an object of the directory; it prints as its path.</summary>
public sealed class AdObjectId(string domain, string container, string name)
{
    public string Name { get; } = name;
    public string DistinguishedName { get; } = $"CN={name},CN={container},{string.Join(',', domain.Split('.').Select(part => $"DC={part}"))}";
    private readonly string path = container == "Users" ? $"{domain}/{container}/{name}" : name;

    public override string ToString() => path;
}

/// <summary>What every object of the directory has when it is printed.</summary>
internal static class ExchangeShapes
{
    public static PSObject Printed(Call call, ExchangeDirectory directory, string type, string container, JsonObject state, params (string Name, object? Value)[] own)
    {
        var name = (string)state["Name"]!;
        var id = new AdObjectId((string)call.Site.Facts["domain"]!, container, name);
        var changed = Utc(state["WhenChangedUTC"]);
        var created = Utc(state["WhenCreatedUTC"]);
        return Shapes.Object(type,
        [
            .. own, ("Name", name), ("Identity", id), ("DistinguishedName", id.DistinguishedName), ("Guid", state["Guid"] is { } guid ? new Guid((string)guid!) : Guid.Empty),
            ("WhenChanged", changed?.ToLocalTime()), ("WhenCreated", created?.ToLocalTime()), ("WhenChangedUTC", changed), ("WhenCreatedUTC", created),
            ("OriginatingServer", directory.Controller), ("IsValid", true), ("ObjectState", "Unchanged"),
        ]);
    }

    public static DateTime? Utc(JsonNode? moment) => moment is null ? null : Shapes.Moment(moment).ToUniversalTime();

    /// <summary>An empty text where nothing is stored, as Exchange prints what has no value.</summary>
    public static string Text(JsonNode? value) => (string?)value ?? "";

    public static string[] Words(JsonNode? value) => (value?.AsArray() ?? []).Select(one => (string)one!).ToArray();

    public static JsonArray Words(IEnumerable<string> words) => new(words.Select(one => (JsonNode)one).ToArray());
}
