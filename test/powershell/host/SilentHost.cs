using System.Globalization;
using System.Management.Automation.Host;

namespace Concordat.Judge;

/// <summary>A host without a person: the engine turns every prompt into an error.</summary>
internal sealed class SilentHost : PSHost
{
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override string Name => "Concordat judge";
    public override PSHostUserInterface? UI => null;
    public override Version Version => new(1, 0);
    public override void EnterNestedPrompt() => throw new NotSupportedException("a prompt");
    public override void ExitNestedPrompt() { }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int exitCode) { }
}
