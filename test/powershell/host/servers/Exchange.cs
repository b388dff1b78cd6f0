using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

internal sealed class Exchange : Family
{
    public override bool IsRemote => true;

    public override IReadOnlyDictionary<string, Func<Call, IEnumerable<object?>>> Commands { get; } =
        new Dictionary<string, Func<Call, IEnumerable<object?>>>(StringComparer.OrdinalIgnoreCase);

    public override WebAnswer Serve(Site site, Uri url, string? authorization) => new(404, "");
}
