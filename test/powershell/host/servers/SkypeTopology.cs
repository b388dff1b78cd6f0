using System.Management.Automation;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>What a deployment says of itself: SIP domains, pools, services.</summary>
internal static class SkypeTopology
{
    private static string Row(Call call, string what) => SkypeStore.Row(call, what);

    public static IEnumerable<object?> Version(Call call)
    {
        call.Met(Row(call, "says"));
        return [(string)call.Site.Facts["version"]!];
    }

    public static IEnumerable<object?> SipDomains(Call call) => SkypeStore.Chosen(call, "CsSipDomain", name => name).Select(one => Shapes.Object(
        "Microsoft.Rtc.Management.Xds.SipDomain", ("Identity", (string)one["Identity"]!), ("Name", (string)one["Name"]!), ("IsDefault", (bool)one["IsDefault"]!)));

    public static IEnumerable<object?> Pools(Call call)
    {
        var site = call.Text("Site");
        return SkypeStore.Chosen(call, "CsPool", name => name).Where(one => site is null || Shapes.Same(one["Site"], site)).Select(one => Shapes.Object(
            "Microsoft.Rtc.Management.Xds.DisplayPool", ("Identity", (string)one["Identity"]!), ("Services", Services.Select(service => $"{service}:{one["Identity"]}").ToArray<object>()),
            ("Computers", one["Computers"]!.AsArray().Select(computer => (object)(string)computer!).ToArray()), ("Fqdn", (string)one["Identity"]!), ("Site", $"Site:{one["Site"]}")));
    }

    private static readonly string[] Services = ["UserServer", "Registrar", "WebServer"];

    public static IEnumerable<object?> OfServices(Call call)
    {
        var roles = Services.Where(service => call.Flag(service) == true).ToList();
        if (roles.Count == 0 && call.Set is not ("Identity" or "Filter")) throw new NotSupportedException($"Get-CsService -{call.Set} is not simulated");
        var all = SkypeStore.Of(call.Objects, "CsPool").SelectMany(pool => (roles.Count == 0 ? Services : [.. roles]).Select(role => Service(role, pool))).ToList();
        call.Met(Row(call, "lists"));
        if (call.Text("PoolFqdn") is { } fqdn) all = all.Where(one => string.Equals((string)one.Properties["PoolFqdn"].Value, fqdn, StringComparison.OrdinalIgnoreCase)).ToList();
        if (call.Text("Identity") is not { } identity) return all;
        var found = all.Where(one => string.Equals((string)one.Properties["Identity"].Value, identity, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count > 0 ? found : throw SkypeStore.NotFound(call, identity);
    }

    private static PSObject Service(string role, JsonObject pool)
    {
        var fqdn = (string)pool["Identity"]!;
        var service = Shapes.Object("Microsoft.Rtc.Management.Xds.DisplayService", ("Identity", $"{role}:{fqdn}"), ("SiteId", $"Site:{pool["Site"]}"), ("PoolFqdn", fqdn), ("Role", role));
        if (role != "WebServer") return service;
        service.Properties.Add(new PSNoteProperty("InternalFqdn", (string?)pool["internalWeb"] ?? fqdn));
        service.Properties.Add(new PSNoteProperty("ExternalFqdn", (string?)pool["externalWeb"] ?? ""));
        return service;
    }
}
