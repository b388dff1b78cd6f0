using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>Exchange Server as its documentation describes it: a shell elsewhere, and web services on each server.</summary>
internal sealed class Exchange : Family
{
    public override bool IsRemote => true;

    public override IReadOnlySet<string> Asks { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Remove-AuthServer", "Remove-ExchangeCertificate", "Remove-ManagementRoleAssignment", "Remove-PartnerApplication",
    };

    public override IReadOnlyDictionary<string, Func<Call, IEnumerable<object?>>> Commands { get; } =
        new[]
        {
            ExchangeAuthConfig.Commands, ExchangeAuthServers.Commands, ExchangeCertificates.Commands, ExchangePartners.Commands,
            ExchangeRecipients.Commands, ExchangeRoles.Commands, ExchangeServers.Commands,
        }.SelectMany(commands => commands).ToDictionary(StringComparer.OrdinalIgnoreCase);

    public override WebAnswer Serve(Site site, Uri url, string? authorization) => ExchangeWeb.Serve(site, url, authorization);

    public override bool Accepts(Site site, string issuer, string thumbprint) => ExchangeWeb.Accepts(site, issuer, thumbprint);
}
