using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

internal sealed class Skype : Family
{
    public override IReadOnlyDictionary<string, Func<Call, IEnumerable<object?>>> Commands { get; } =
        new Dictionary<string, Func<Call, IEnumerable<object?>>>(StringComparer.OrdinalIgnoreCase)
        {
            ["Get-CsServerVersion"] = call => [(string)call.Site.Facts["version"]!],
        };

    public override WebAnswer Serve(Site site, Uri url, string? authorization) => new(404, "");
}
