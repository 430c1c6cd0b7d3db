namespace NetGen.Generator.Emission;

/// <summary>Those of a network that has errors: nothing works.</summary>
internal sealed class StubBodies : SurfaceBodies
{
    private const string Error =
        "throw new global::System.InvalidOperationException(\"This network has errors; see the compiler's messages.\")";

    public override string Info => Error;

    public override string Weights => $"=> {Error};";

    public override string Load => Fail;

    public override string LoadCached => Fail;

    public override string LoadPrefixed => Fail;

    public override string Random => Fail;

    public override string Forward => Fail;

    public override string Observe => Fail;

    public override string Parallel => Fail;

    public override string Batch => Fail;

    public override string Save => Fail;

    public override string Create => Fail;

    public override string Calibrate => Fail;

    public override string CalibrateReporting => Fail;

    public override string SelfTest => Fail;

    /// <summary>What every member does.</summary>
    public static string Fail => Error + ";";
}
