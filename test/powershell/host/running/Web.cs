using System.Text.Json.Nodes;
using Concordat.Judge.Servers;

namespace Concordat.Judge.Running;

/// <summary>What came back for a request: a status with its text, or a fault without either.</summary>
internal sealed record WebAnswer(int Status, string Body, string? Challenge = null, string? Fault = null, bool Untyped = false)
{
    public static WebAnswer Unreachable(string host) => new(0, "", Fault: $"The remote name could not be resolved: '{host}'");
}

/// <summary>What answers on the network of the scenario. Names that it does not list do not exist.</summary>
internal static class Web
{
    /// <summary>One GET. A server's own address answers for that server; a public name for all servers behind it.</summary>
    public static WebAnswer Answer(Uri url, string hostHeader, string? authorization)
    {
        var scenario = Scenario.Current;
        var listed = scenario.World["web"]?[url.GetLeftPart(UriPartial.Path)];
        if (listed?["fault"] is { } fault) return new(0, "", Fault: (string)fault!);
        if (listed?["status"] is { } status) return new((int)status, (string?)listed["body"] ?? "");
        if (listed?["body"] is { } body) return new(200, (string)body!);
        if (scenario.Servers[url.Host] is JsonObject own)
        {
            var meant = hostHeader == "" ? url : new UriBuilder(url) { Host = hostHeader }.Uri;
            return Served((string)own["deployment"]!, [url.Host], meant, authorization);
        }
        var deployment = listed?["deployment"] ?? scenario.World["web"]?[$"https://{url.Host}/"]?["deployment"];
        if (deployment is null) return WebAnswer.Unreachable(url.Host);
        return Served((string)deployment!, ServersOf(scenario, (string)deployment!), url, authorization);
    }

    /// <summary>A process of a server of 2013 offers no more than TLS 1.0 unless it is told to; servers ask for 1.2.</summary>
    public static void CheckTls()
    {
#pragma warning disable SYSLIB0014
        if (!System.Net.ServicePointManager.SecurityProtocol.HasFlag(System.Net.SecurityProtocolType.Tls12)) throw new System.Net.WebException("The underlying connection was closed: could not create a secure channel.");
#pragma warning restore SYSLIB0014
    }

    /// <summary>The same for a client that trusts the certificates of this machine's authorities, and no others.</summary>
    public static WebAnswer TrustingAnswer(Uri url, string hostHeader, string? authorization) => IsUntrusted(url)
        ? new(0, "", Fault: "The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.")
        : Answer(url, hostHeader, authorization) with { Untyped = IsSaid(url, "untyped") };

    /// <summary>Whether the TLS certificate at an address, or at all of its host's, is trusted by nobody.</summary>
    public static bool IsUntrusted(Uri url) => IsSaid(url, "untrusted");

    private static bool IsSaid(Uri url, string fact) =>
        new[] { url.GetLeftPart(UriPartial.Path), $"https://{url.Host}/" }.Any(address => (bool?)Scenario.Current.World["web"]?[address]?[fact] == true);

    public static IReadOnlyList<string> ServersOf(Scenario scenario, string deployment) =>
        scenario.Servers.Where(entry => (string?)entry.Value!["deployment"] == deployment).Select(entry => entry.Key).ToList();

    /// <summary>A load balancer may send a request to any of them, so that the worst answer is the answer.</summary>
    private static WebAnswer Served(string deployment, IReadOnlyList<string> servers, Uri url, string? authorization)
    {
        var family = Family.Of(deployment);
        return servers.Select(server => family.Serve(new Site(Scenario.Current, deployment, server), url, authorization)).MaxBy(answer => answer.Status)
            ?? WebAnswer.Unreachable(url.Host);
    }
}

/// <summary>One server of a deployment.</summary>
internal sealed record Site(Scenario Scenario, string Deployment, string Server)
{
    public JsonObject Objects => Scenario.Deployments[Deployment]!["objects"]!.AsObject();
    public JsonObject Facts => Scenario.Deployments[Deployment]!.AsObject();
    public JsonObject Machine => Scenario.Servers[Server]!.AsObject();
}
