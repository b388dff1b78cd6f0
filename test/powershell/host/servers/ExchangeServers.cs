using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

using Behaviour = Func<Call, IEnumerable<object?>>;

/// <summary>The servers of the organisation, its accepted domains, and where a session reads.</summary>
internal static class ExchangeServers
{
    public static IReadOnlyDictionary<string, Behaviour> Commands { get; } = new Dictionary<string, Behaviour>
    {
        ["Get-ExchangeServer"] = Servers,
        ["Get-AcceptedDomain"] = AcceptedDomains,
        ["Get-TransportService"] = TransportServices,
        ["Get-ClientAccessServer"] = call => ClientAccess(call, "ex-client-access-server"),
        ["Get-ClientAccessService"] = call => ClientAccess(call, "ex-client-access-service"),
        ["Set-ADServerSettings"] = Settings,
    };

    /// <summary>The host of the server that a call means: by -Server, by the first part of an identity, or this one.</summary>
    public static string HostOf(Call call, string? wanted)
    {
        var host = wanted is null ? call.Scenario.Host : FullName(call, wanted);
        if ((bool?)call.Scenario.Servers[host]?["unreachable"] == true) throw call.Refuse("ex-server-unreachable", $"The task wasn't able to connect to the server {host} because of a RPC error: 0x6ba (The RPC server is unavailable).");
        return host;
    }

    private static string FullName(Call call, string wanted) =>
        (string?)call.All("ExchangeServer").FirstOrDefault(one => Shapes.Same(one!["Name"], wanted) || Shapes.Same(one["Fqdn"], wanted))?["Fqdn"]
        ?? throw call.Refuse("ex-server-unknown", $"The Exchange server \"{wanted}\" wasn't found.");

    /// <summary>The object that holds what transport knows of one server.</summary>
    public static JsonObject TransportOf(Call call, string host) =>
        call.All("TransportService").Single(one => Shapes.Same(one!["Name"], host.Split('.')[0]))!.AsObject();

    private static List<Seen> OfServers(Call call, ExchangeDirectory directory, string kind)
    {
        var all = directory.All(kind);
        if (call.Text("Identity") is not { } wanted) return [.. all];
        var name = FullName(call, wanted).Split('.')[0];
        return all.Where(one => Shapes.Same(one.State["Name"], name)).ToList();
    }

    private static IEnumerable<object?> Servers(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var found = OfServers(call, directory, "ExchangeServer");
        call.Met("ex-server-read");
        return found.Select(one => ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.Management.ExchangeServer", "Servers", one.State,
            ("Fqdn", (string)one.State["Fqdn"]!), ("ServerRole", ExchangeShapes.Text(one.State["ServerRole"])), ("Site", ExchangeShapes.Text(one.State["Site"])),
            ("Edition", ExchangeShapes.Text(one.State["Edition"])), ("AdminDisplayVersion", (string)one.State["AdminDisplayVersion"]!),
            ("IsEdgeServer", Shapes.Same(one.State["ServerRole"], "Edge"))));
    }

    private static IEnumerable<object?> AcceptedDomains(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var all = directory.All("AcceptedDomain");
        var found = call.Text("Identity") is { } wanted
            ? all.Where(one => Shapes.Same(one.State["Name"], wanted) || Shapes.Same(one.State["DomainName"], wanted)).ToList()
            : all;
        if (found.Count == 0 && call.Has("Identity")) throw call.Refuse("ex-accepted-domain-unknown", $"The operation couldn't be performed because object '{call.Text("Identity")}' couldn't be found on '{directory.Controller}'.");
        call.Met("ex-accepted-domain-read");
        return found.Select(one => ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.SystemConfiguration.AcceptedDomain", "Accepted Domains", one.State,
            ("DomainName", (string)one.State["DomainName"]!), ("DomainType", ExchangeShapes.Text(one.State["DomainType"])), ("Default", (bool)one.State["Default"]!)));
    }

    private static IEnumerable<object?> TransportServices(Call call)
    {
        var directory = ExchangeDirectory.Of(call);
        var found = OfServers(call, directory, "TransportService");
        call.Met("ex-transport-read");
        return found.Select(one => ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.Management.TransportServer", "Servers", one.State,
            ("InternalTransportCertificateThumbprint", ExchangeShapes.Text(one.State["InternalTransportCertificateThumbprint"]))));
    }

    private static IEnumerable<object?> ClientAccess(Call call, string row)
    {
        var directory = ExchangeDirectory.Of(call);
        var found = OfServers(call, directory, "ClientAccessServer");
        call.Met(row);
        return found.Select(one => ExchangeShapes.Printed(call, directory, "Microsoft.Exchange.Data.Directory.Management.ClientAccessServer", "Servers", one.State,
            ("Fqdn", (string)one.State["Fqdn"]!), ("AutoDiscoverServiceInternalUri", new Uri((string)one.State["AutoDiscoverServiceInternalUri"]!))));
    }

    private static IEnumerable<object?> Settings(Call call)
    {
        var settings = SessionSettings.Of(call.Scenario);
        var preferred = call.Text("PreferredServer") is { } wanted ? ExchangeDirectory.Controllers(call, wanted) : settings.PreferredServer;
        if (call.Has("PreferredServer")) call.Met("ex-session-controller");
        if (call.Has("ViewEntireForest")) call.Met("ex-session-forest");
        settings.PreferredServer = preferred;
        settings.ViewEntireForest = call.Flag("ViewEntireForest") ?? settings.ViewEntireForest;
        return [];
    }
}
