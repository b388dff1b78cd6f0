using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>A simulated product: the behaviour behind its documented commands, and what its web services answer.</summary>
internal abstract class Family
{
    private static readonly Dictionary<string, Family> All = new()
    {
        ["skype-for-business-server"] = new Skype(),
        ["exchange-server"] = new Exchange(),
    };

    public static Family Of(string deployment) => All[(string)Scenario.Current.Deployments[deployment]!["family"]!];

    /// <summary>What happens on a deployment without a command: as time passes, or because of what others did.</summary>
    public virtual void Settle(Scenario scenario, string deployment, JsonObject? record) { }

    /// <summary>The same for every deployment: before each call that reaches outside a script, and after it.</summary>
    public static void SettleAll(Scenario scenario, JsonObject? record)
    {
        foreach (var name in scenario.Deployments.Select(one => one.Key).ToList()) Of(name).Settle(scenario, name, record);
    }

    /// <summary>Each command: what it returns, after doing what it does.</summary>
    public abstract IReadOnlyDictionary<string, Func<Call, IEnumerable<object?>>> Commands { get; }

    /// <summary>Commands that ask before they do it, unless told -Confirm:$false.</summary>
    public virtual IReadOnlySet<string> Asks { get; } = new HashSet<string>();

    /// <summary>Whether the shell only stands in for a server elsewhere: a module of its own, results as copies.</summary>
    public virtual bool IsRemote => false;

    /// <summary>What one server answers to a GET.</summary>
    public abstract WebAnswer Serve(Site site, Uri url, string? authorization);

    /// <summary>Whether one server takes a token of this issuer (`id@realm`), signed with this certificate.</summary>
    public virtual bool Accepts(Site site, string issuer, string thumbprint) => false;
}
