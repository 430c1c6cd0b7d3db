using System;
using System.Collections.Generic;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>The names that a network's surface is written with, and the expressions that several of its parts use.</summary>
internal static class Surface
{
    public const string Engine = "global::NetGen.Runtime.NetworkEngine";
    public const string Source = GeneratedMembers.Source;
    public const string Cache = "global::NetGen.Runtime.PackedWeightsCache";
    public const string Input = GeneratedMembers.Samples;
    public const string Output = GeneratedMembers.Results;

    // What is private has names that are the language's to give, since they hold two underscores: no member of the user's has them.
    public const string InfoField = GeneratedMembers.Reserved + "Info";
    public const string EngineField = GeneratedMembers.Reserved + "Engine";
    public const string ObservedField = GeneratedMembers.Reserved + "Observed";
    public const string BatchedField = GeneratedMembers.Reserved + "Batched";
    public const string LoadMethod = "__NetGenLoad";
    public const string InfoMethod = "__NetGenCreateInfo";
    public const string SpecsMethod = "__NetGenCreateWeightSpecs";

    public static string ThrowIfNull(string argument) => $"global::System.ArgumentNullException.ThrowIfNull({argument});";

    public static string WithoutPrefix(string weights) => $"global::NetGen.WeightNames.WithoutPrefix({weights}, prefix)";

    /// <summary>An expression: the value of the widest tier that the machine accelerates; the last one needs no acceleration.</summary>
    /// <param name="plans">The tiers' plans, widest first.</param>
    /// <param name="value">The value of one.</param>
    /// <param name="type">The values' common type.</param>
    /// <param name="indent">The indentation of the lines after the first.</param>
    public static string Choose(IReadOnlyList<Plan> plans, Func<Plan, string> value, string type, int indent)
    {
        string line = "\n" + new string(' ', indent);
        string choice = value(plans[plans.Count - 1]);
        for (int i = plans.Count - 2; i >= 0; i--)
        {
            string cast = i == plans.Count - 2 ? $"({type})" : "";
            string condition = plans[i].Tier.HasDotProducts ? "X86.AvxVnni.IsSupported" : Tier.NameOf(plans[i].Tier.Lanes) + ".IsHardwareAccelerated";
            choice = $"global::System.Runtime.Intrinsics.{condition}{line}? {cast}{value(plans[i])}{line}: {choice}";
        }

        return choice;
    }
}
