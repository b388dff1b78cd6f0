using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>Whether tokens are taken between a deployment and the Exchange that its configuration leads to.</summary>
internal static class SkypeTrust
{
    private const string ExchangeId = "00000002-0000-0ff1-ce00-000000000000";
    private static string Row(Call call, string what) => SkypeStore.Row(call, what);

    public static string IssuerOf(JsonObject partner) => $"{partner["ApplicationIdentifier"]}@{partner["Realm"]}";

    /// <summary>By what this front end holds.</summary>
    public static bool Accepts(Site site, string issuer, string thumbprint) => Accepts(SkypeStore.Copy(site), issuer, thumbprint);

    private static bool Accepts(JsonObject objects, string issuer, string thumbprint) => SkypeStore.Of(objects, "CsPartnerApplication").Any(partner =>
        (bool?)partner["Enabled"] == true && string.Equals(IssuerOf(partner), issuer, StringComparison.OrdinalIgnoreCase)
        && (partner["keys"] as JsonArray ?? []).Any(key => string.Equals(SkypeMetadata.Thumbprint((string)key!), thumbprint, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whose web service answers at an address.</summary>
    private static string? DeploymentAt(Scenario scenario, Uri url) =>
        (string?)(scenario.Servers[url.Host]?["deployment"] ?? scenario.World["web"]?[url.GetLeftPart(UriPartial.Path)]?["deployment"] ?? scenario.World["web"]?[$"https://{url.Host}/"]?["deployment"]);

    private static IEnumerable<Site> SitesOf(Scenario scenario, string deployment) =>
        Web.ServersOf(scenario, deployment).Select(server => new Site(scenario, deployment, server));

    private static Uri? Autodiscover(JsonObject objects) =>
        Uri.TryCreate((string?)SkypeOAuth.Configuration(objects)["ExchangeAutodiscoverUrl"], UriKind.Absolute, out var url) ? url : null;

    /// <summary>An Exchange that trusts and is trusted, by what every front end will soon hold.</summary>
    private static bool IsMutual(Scenario scenario, JsonObject objects)
    {
        if (SkypeCertificates.Signing(objects, scenario.Time) is not { } signing || SkypeOAuth.Name(objects) is not { } name) return false;
        return SkypeStore.Of(objects, "CsPartnerApplication").Where(IsExchange).Any(partner =>
            DocumentOf(scenario, objects, partner) is var (url, document)
            && Accepts(objects, $"{document.Id}@{document.Realm}", SkypeMetadata.Thumbprint(document.Keys[0]))
            && DeploymentAt(scenario, url) is { } peer
            && SitesOf(scenario, peer).Any(other => Family.Of(peer).Accepts(other, name, (string)signing["Thumbprint"]!)));
    }

    private static bool IsExchange(JsonObject partner) => (bool?)partner["Enabled"] == true && Shapes.Same(partner["ApplicationIdentifier"], ExchangeId);

    /// <summary>What the partner says of itself today, by its public address.</summary>
    private static (Uri Url, SkypeMetadata Document)? DocumentOf(Scenario scenario, JsonObject objects, JsonObject partner)
    {
        var url = partner["metadataUrl"] is { } known ? new Uri((string)known!)
            : Autodiscover(objects) is { } found ? new Uri(found, "/autodiscover/metadata/json/1") : null;
        if (url is null || DeploymentAt(scenario, url) is null) return null;
        return SkypeMetadata.Read(Web.Answer(url, "", null).Body) is { } document ? (url, document) : null;
    }

    /// <summary>As soon as the trust works both ways, contacts of everyone move whom a policy allows it.</summary>
    public static void MoveContacts(Scenario scenario, string deployment, JsonObject? record)
    {
        var facts = scenario.Deployments[deployment]!.AsObject();
        var objects = facts["objects"]!.AsObject();
        var allows = SkypeStore.Of(objects, "CsUserServicesPolicy").Any(policy => (bool?)policy["UcsAllowed"] == true);
        if ((bool?)facts["contactsMoving"] == true || !allows || !IsMutual(scenario, objects)) return;
        facts["contactsMoving"] = true;
        Behaviours.Meet(record, "contacts-move");
        foreach (var user in SkypeStore.Of(objects, "CsUser")) user["contactsIn"] = "exchange";
    }

    public static IEnumerable<object?> Rollback(Call call)
    {
        var user = SkypeStore.Of(call.Objects, "CsUser").FirstOrDefault(one => Shapes.Same(one["SipAddress"], call.Text("Identity")) || Shapes.Same(one["DisplayName"], call.Text("Identity"))) ?? throw SkypeStore.NotFound(call, call.Text("Identity"));
        if (!Shapes.Same(user["contactsIn"], "exchange")) throw call.Refuse(Row(call, "not-moved"), "The contacts of the user are not in the unified contact store.");
        call.Change((string)user["SipAddress"]!, Row(call, "moves-back"), () =>
        {
            user["contactsIn"] = "skype";
            user["rolledBackAt"] = Scenario.Iso(call.Scenario.Look());
        }, Row(call, "asks"));
        return [];
    }

    public static IEnumerable<object?> Test(Call call)
    {
        if (!IsUserAdministrator(call)) throw call.Refuse(Row(call, "access-denied"), "Access Denied.");
        if (string.Equals(call.Text("Binding"), "NetTCP", StringComparison.OrdinalIgnoreCase) && !call.Has("HostNameStorageService")) throw call.Refuse(Row(call, "no-host"), "HostNameStorageService is required for the NetTCP binding.");
        CheckUser(call, call.Text("SipUri")!);
        var copy = SkypeStore.Copy(call.Site);
        if (Autodiscover(copy) is not { } url || !url.AbsolutePath.EndsWith("/autodiscover/autodiscover.svc", StringComparison.OrdinalIgnoreCase) || DeploymentAt(call.Scenario, url) is not { } peer || Web.Answer(url, "", null).Fault is not null) throw call.Refuse(Row(call, "no-autodiscover"), "ExCreateItem exchange operation failed: autodiscovery of the mailbox failed.");
        CheckDumpster(call, copy);
        if (!IsServed(call.Site, copy, peer)) throw call.Refuse(Row(call, "unauthorized"), "ExCreateItem exchange operation failed: The remote server returned an error: (401) Unauthorized.");
        call.Met(Row(call, "passes"));
        return ["Test passed."];
    }

    private static bool IsUserAdministrator(Call call) => call.Scenario.Here["groups"]!.AsArray()
        .Any(group => ((string)group!).Split('\\')[^1] is var name && (name.Equals("RTC Local User Administrators", StringComparison.OrdinalIgnoreCase) || name.Equals("RTCUniversalUserAdmins", StringComparison.OrdinalIgnoreCase)));

    private static void CheckUser(Call call, string uri)
    {
        var domains = SkypeStore.Of(call.Objects, "CsSipDomain").Select(one => (string)one["Name"]!);
        var isUser = uri.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) && uri.Split('@') is [_, var domain] && domains.Contains(domain, StringComparer.OrdinalIgnoreCase);
        if (!isUser) throw call.Refuse(Row(call, "no-user"), $"Cannot find the user \"{uri}\".");
    }

    /// <summary>The folder of the archive is there only for whom archiving to Exchange is on.</summary>
    private static void CheckDumpster(Call call, JsonObject copy)
    {
        var isDumpster = string.Equals(call.Text("Folder"), "Dumpster", StringComparison.OrdinalIgnoreCase);
        if (isDumpster && !SkypeStore.Of(copy, "CsArchivingConfiguration").Any(one => (bool?)one["EnableExchangeArchiving"] == true)) throw call.Refuse(Row(call, "not-archived"), "The user is not enabled for Exchange archiving.");
    }

    /// <summary>Every server of the other side may be the one that is met.</summary>
    private static bool IsServed(Site site, JsonObject copy, string peer)
    {
        if (!SkypeStore.Of(copy, "CsPartnerApplication").Any(IsExchange) || SkypeWeb.Signing(site) is not { } signing || SkypeOAuth.Name(copy) is not { } name) return false;
        return SitesOf(site.Scenario, peer).All(other => Family.Of(peer).Accepts(other, name, (string)signing["Thumbprint"]!));
    }
}
