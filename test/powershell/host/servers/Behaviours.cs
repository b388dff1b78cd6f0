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

    public static void Require(string row)
    {
        if (!rows.Contains(row)) throw new InvalidOperationException($"no row '{row}' in the table of behaviours");
    }
}
