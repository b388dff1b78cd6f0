using System.Text.Json.Nodes;
using Concordat.Judge.Servers;

namespace Concordat.Judge.Running;

/// <summary>
/// `{ world, lines[], fault? }`: a session on the server where the world says that somebody sits; each
/// line as it was entered, and the world as it is after. A line that fails does not stop the next.
/// </summary>
internal static class Runs
{
    public static JsonNode Answer(JsonNode request, Documented documented)
    {
        var scenario = new Scenario(request["world"]!.AsObject().DeepClone().AsObject(), Fault.Read(request["fault"]));
        using var session = new Session(scenario, documented);
        var entered = new JsonArray();
        foreach (var line in request["lines"]!.AsArray()) entered.Add((JsonNode)session.Enter((string)line!));
        Servers.Family.SettleAll(scenario, null);
        return new JsonObject { ["entered"] = entered, ["world"] = scenario.World.DeepClone() };
    }

    /// <summary>`{ world, server, issuer, thumbprint }`: whether that server takes a token of that issuer, signed so.</summary>
    public static JsonNode Accepts(JsonNode request)
    {
        var scenario = new Scenario(request["world"]!.AsObject().DeepClone().AsObject(), null);
        Scenario.Current = scenario;
        var server = (string)request["server"]!;
        var deployment = (string)scenario.Servers[server]!["deployment"]!;
        return Family.Of(deployment).Accepts(new Site(scenario, deployment, server), (string)request["issuer"]!, (string)request["thumbprint"]!);
    }
}
