using System.Text.Json.Nodes;

namespace Concordat.Judge.Servers;

/// <summary>The table of behaviours, so that no simulator does what stands in no row of it.</summary>
internal static class Behaviours
{
    private static HashSet<string> rows = [];

    public static JsonNode Load(JsonNode request)
    {
        rows = request["rows"]!.AsArray().Select(row => (string)row!).ToHashSet();
        return rows.Count;
    }

    /// <summary>Says that a call met a row; where nobody called, there is no record of it.</summary>
    public static void Meet(JsonObject? record, string row)
    {
        Require(row);
        if (record is not null) (record["rows"] ??= new JsonArray()).AsArray().Add((JsonNode)row);
    }

    private static void Require(string row)
    {
        if (!rows.Contains(row)) throw new InvalidOperationException($"no row '{row}' in the table of behaviours");
    }
}
