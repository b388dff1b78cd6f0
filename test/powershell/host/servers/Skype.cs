using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>Lync Server and Skype for Business Server.</summary>
internal sealed class Skype : Family
{
    public override IReadOnlyDictionary<string, Func<Call, IEnumerable<object?>>> Commands { get; } = All();

    public override IReadOnlySet<string> Asks { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Invoke-CsUcsRollback", "Remove-CsArchivingConfiguration", "Remove-CsArchivingPolicy", "Remove-CsUserServicesPolicy",
    };

    private static Dictionary<string, Func<Call, IEnumerable<object?>>> All()
    {
        var all = new Dictionary<string, Func<Call, IEnumerable<object?>>>(StringComparer.OrdinalIgnoreCase)
        {
            ["Get-CsCertificate"] = SkypeCertificates.Get,
            ["Set-CsCertificate"] = SkypeCertificates.Set,
            ["Import-CsCertificate"] = SkypeCertificates.Import,
            ["Remove-CsCertificate"] = SkypeCertificates.Remove,
            ["Request-CsCertificate"] = SkypeRequests.Request,
            ["Get-CsPartnerApplication"] = SkypePartners.Get,
            ["New-CsPartnerApplication"] = SkypePartners.New,
            ["Set-CsPartnerApplication"] = SkypePartners.Set,
            ["Remove-CsPartnerApplication"] = SkypePartners.Remove,
            ["Get-CsOAuthConfiguration"] = SkypeOAuth.Get,
            ["Set-CsOAuthConfiguration"] = SkypeOAuth.Set,
            ["Get-CsOAuthServer"] = SkypeOAuth.GetServer,
            ["New-CsOAuthServer"] = SkypeOAuth.NewServer,
            ["Remove-CsOAuthServer"] = SkypeOAuth.RemoveServer,
            ["Get-CsSipDomain"] = SkypeTopology.SipDomains,
            ["Get-CsPool"] = SkypeTopology.Pools,
            ["Get-CsService"] = SkypeTopology.OfServices,
            ["Get-CsManagementStoreReplicationStatus"] = SkypeStore.Status,
            ["Invoke-CsUcsRollback"] = SkypeTrust.Rollback,
            ["Test-CsExStorageConnectivity"] = SkypeTrust.Test,
        };
        foreach (var kind in new[] { SkypePolicies.UserServices, SkypePolicies.Archiving, SkypePolicies.ArchivingConfiguration })
        {
            all[$"Get-{kind.Kind}"] = kind.Get;
            all[$"New-{kind.Kind}"] = kind.New;
            all[$"Set-{kind.Kind}"] = kind.Set;
            all[$"Remove-{kind.Kind}"] = kind.Remove;
        }
        foreach (var name in all.Keys.ToList()) all[name] = SkypeStore.Needed(all[name]);
        // It reads this server alone.
        all["Get-CsServerVersion"] = SkypeTopology.Version;
        return all;
    }

    public override WebAnswer Serve(Site site, Uri url, string? authorization) => SkypeWeb.Serve(site, url, authorization);

    public override bool Accepts(Site site, string issuer, string thumbprint) => SkypeTrust.Accepts(site, issuer, thumbprint);

    public override void Settle(Scenario scenario, string deployment, JsonObject? record)
    {
        SkypeStore.Settle(scenario, deployment);
        SkypeTrust.MoveContacts(scenario, deployment, record);
    }
}
