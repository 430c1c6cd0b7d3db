using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>
/// Writes the engine of one plan: the plan as a table, the calls of its kernels, the packing of its weights, and the kernels. It
/// stands in a namespace of its own, where no type of the user's can hide the ones it names.
/// </summary>
internal static class EngineEmitter
{
    /// <summary>What an engine computes, and who sees it.</summary>
    private enum Form
    {
        /// <summary>The result alone.</summary>
        Silent,

        /// <summary>Layer by layer; an observer sees each one's activation, in the order of the source.</summary>
        Observed,

        /// <summary>As a silent one does; an observer sees each activation that lies in memory, right after the step that writes it.</summary>
        Traced,

        /// <summary>The result, and when each step began.</summary>
        Profiled,
    }

    /// <summary>The engine of a tier.</summary>
    public static string Emit(ClassSyntax network, Plan plan) => Emit(network, plan, plan.Tier.Name, Form.Silent);

    /// <summary>The engine of a tier for several samples at once.</summary>
    public static string EmitBatch(ClassSyntax network, Plan plan) => Emit(network, plan, BatchVariant(plan.Tier), Form.Silent);

    /// <summary>What the engine of a tier for several samples is called.</summary>
    public static string BatchVariant(Tier tier) => tier.Name + "Batch";

    /// <summary>The engine that computes layer by layer and shows each activation.</summary>
    public static string EmitObserved(ClassSyntax network, Plan plan) => Emit(network, plan, "Observed", Form.Observed);

    /// <summary>
    /// The engine of a tier that shows what each of its steps writes, so that tests can compare fused kernels layer by layer. It is no
    /// part of a user's network.
    /// </summary>
    public static string EmitTraced(ClassSyntax network, Plan plan) => Emit(network, plan, TracedVariant(plan.Tier), Form.Traced);

    /// <summary>What the engine of a tier that shows its steps is called.</summary>
    public static string TracedVariant(Tier tier) => tier.Name + "Traced";

    /// <summary>
    /// The engine of a tier that writes down when each of its steps begins, and when the last one ends, in <see cref="TimesField"/>. It
    /// is what the tool measures with, and no part of a user's network.
    /// </summary>
    public static string EmitProfiled(ClassSyntax network, Plan plan) => Emit(network, plan, ProfiledVariant(plan.Tier), Form.Profiled);

    /// <summary>What the engine of a tier that is measured is called.</summary>
    public static string ProfiledVariant(Tier tier) => tier.Name + "Profiled";

    /// <summary>The field of a measured engine that holds the times of its last run.</summary>
    public const string TimesField = "Times";

    /// <summary>The full name of an engine.</summary>
    public static string FullName(ClassSyntax network, string variant) => $"global::{Namespace(network)}.{ClassName(network, variant)}";

    private static string Namespace(ClassSyntax network) =>
        "NetGen.Generated" + (network.Namespace.Length > 0 ? "." + network.Namespace : "");

    private static string ClassName(ClassSyntax network, string variant) => Names.Mangle(network) + "_" + variant;

    private static string Emit(ClassSyntax network, Plan plan, string variant, Form form)
    {
        using var writer = new CodeWriter();
        IEnumerable<TensorView> shown = Enumerable.Range(0, IsObserved(form) ? plan.Values.Count : 0).Where(l => IsShown(plan, form, l)).Select(l => plan.Values[l]!);
        var offsets = new Offsets(plan, ClassName(network, variant), shown);
        var kernels = new KernelSet(plan, offsets);
        string packing = PackEmitter.Emit(plan, offsets, depth: 2);
        bool isTier = variant == plan.Tier.Name;
        bool isShared = isTier && plan.Steps.Any(IsShared);
        EmitHead(writer, network, plan, form);
        using (writer.Block($"internal sealed class {ClassName(network, variant)} : {(IsObserved(form) ? "ObservedEngine" : "NetworkEngine")}"))
        {
            string? cacheKey = isTier ? $"{variant} {Hash(Essence(packing, offsets))}" : null;
            offsets.Emit(writer);
            writer.Line();
            EmitConstructor(writer, ClassName(network, variant), plan, IsObserved(form), cacheKey);
            EmitProperties(writer, plan, form, isShared);
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            using (writer.Block(
                isShared ? "protected override void RunPart(ref float input, ref float output, ref float workspace, ref float own, ref float weights, nuint part, nuint parts, NetworkBarrier? barrier)"
                : IsObserved(form) ? "protected override void Run(ref float input, ref float output, ref float workspace, ref float weights, global::NetGen.LayerObserver observer)"
                : "protected override void Run(ref float input, ref float output, ref float workspace, ref float weights)"))
            {
                new CallEmitter(writer, plan, kernels, offsets, isShared).Emit(steps => EmitBetween(writer, plan, offsets, form, steps));
            }

            writer.Line();
            writer.Line("/// <summary>Lays the weights out as the kernels read them.</summary>");
            using (writer.Block("private static AlignedMemory Pack(global::NetGen.IWeightSource source)"))
            {
                writer.Raw(packing);
            }

            kernels.Emit(writer);
        }

        return writer.ToString();
    }

    private static bool IsObserved(Form form) => form is Form.Observed or Form.Traced;

    /// <summary>What comes before the class's brace.</summary>
    private static void EmitHead(CodeWriter writer, ClassSyntax network, Plan plan, Form form)
    {
        Names.WriteHeader(writer);
        PlanTable.Write(writer, network, plan, form == Form.Observed ? "observed, unfused" : plan.Tier.Name);
        writer.Line($$"""
            namespace {{Namespace(network)}};

            using global::System.Runtime.CompilerServices;
            using global::System.Runtime.Intrinsics;
            """);
        if (plan.LayerSteps.Any(s => s is FilterStep { IsInteger: true }))
        {
            writer.Line("using global::System.Runtime.Intrinsics.X86;");
        }

        writer.Line($$"""
            using global::NetGen.Runtime;
            using static global::System.Runtime.Intrinsics.Vector128;
            using static global::System.Runtime.Intrinsics.Vector256;
            using static global::System.Runtime.Intrinsics.Vector512;

            /// <summary>The kernels of <c>{{network.Name}}</c> for <c>{{plan.Tier.Name}}</c>.</summary>
            {{Names.GeneratedCode}}
            [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
            """);
    }

    /// <summary>The constructor.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="name">The class's name.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="isObserved">Whether it is an observed engine's.</param>
    /// <param name="cacheKey">What a cache finds its packed weights by; null for an engine that has none.</param>
    private static void EmitConstructor(CodeWriter writer, string name, Plan plan, bool isObserved, string? cacheKey)
    {
        (int outputs, int inputs) = isObserved ? default : SpanEmitter.LentLengths(plan.Graph);
        string rest = Literal.Int(plan.WorkspaceLength)
            + (outputs + inputs > 0 ? ", " + Literal.Int(outputs) : "") + (inputs > 0 ? ", " + Literal.Int(inputs) : "");
        string info = isObserved ? "global::NetGen.NetworkInfo info, " : "";
        writer.Line(cacheKey is null
            ? $$"""
                /// <summary>Packs the weights.</summary>
                internal {{name}}({{info}}global::NetGen.IWeightSource weights)
                    : base({{(isObserved ? "info, " : "")}}Pack(weights), {{rest}})
                {
                }
                """
            : $$"""
                /// <summary>Packs the weights, unless there is a cache that holds them.</summary>
                internal {{name}}({{info}}global::NetGen.IWeightSource weights, PackedWeightsCache? cache)
                    : base(cache is null ? Pack(weights) : cache.GetOrPack(weights, {{Literal.String(cacheKey)}}, {{Literal.Int(PackEmitter.Length(plan))}}, Pack), {{rest}})
                {
                }
                """);
    }

    private static void EmitProperties(CodeWriter writer, Plan plan, Form form, bool isShared)
    {
        if (form == Form.Silent)
        {
            EmitAlgorithms(writer, plan);
        }
        else if (form == Form.Profiled)
        {
            writer.Line();
            writer.Line("/// <summary>When each step of the last run began, and when the last one ended, in ticks of the stopwatch.</summary>");
            writer.Line($"internal readonly long[] {TimesField} = new long[{Literal.Int(plan.Steps.Count + 1)}];");
        }

        if (isShared)
        {
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override bool IsShared => true;");
        }
    }

    private static void EmitAlgorithms(CodeWriter writer, Plan plan)
    {
        writer.Line();
        writer.Line("/// <summary>How each layer is computed.</summary>");
        writer.Line("internal static string[] Algorithms =>");
        writer.Line("[");
        for (int i = 0; i < plan.Graph.Layers.Count; i++)
        {
            writer.Line($"    {Literal.String(plan.AlgorithmOf(i))},");
        }

        writer.Line("];");
    }

    /// <summary>Whether an observer of a form sees a layer's activation.</summary>
    private static bool IsShown(Plan plan, Form form, int layer) => form == Form.Observed || plan.Values[layer] is { IsQuantized: false };

    /// <summary>What the form needs to know after a number of steps.</summary>
    private static void EmitBetween(CodeWriter writer, Plan plan, Offsets offsets, Form form, int steps)
    {
        int allBefore = 0;
        for (int layer = 0; IsObserved(form) && layer < plan.Graph.Layers.Count; layer++)
        {
            // An observed engine shows the layers in their order: each one when it and all before it are complete.
            allBefore = System.Math.Max(allBefore, plan.Completed[layer]);
            if ((form == Form.Observed ? allBefore : plan.Completed[layer]) == steps && IsShown(plan, form, layer))
            {
                EmitShow(writer, plan, offsets, layer);
            }
        }

        if (form == Form.Profiled)
        {
            writer.Line($"{TimesField}[{Literal.Int(steps)}] = global::System.Diagnostics.Stopwatch.GetTimestamp();");
        }
    }

    private static bool IsShared(Step step) => CallEmitter.IsShared(step);

    private static void EmitShow(CodeWriter writer, Plan plan, Offsets offsets, int layer)
    {
        TensorView value = plan.Values[layer]!;
        int[] numbers = [value.Channels, value.Height, value.Width, value.RowStride, value.PixelStride, value.ChannelStride];
        writer.Phase($"{plan.Graph.Layers[layer].Name} is shown: {Names.Shape(value)}");
        writer.Line($"Show(observer, {Literal.Int(layer)}, ref {offsets.Of(value)}, {string.Join(", ", numbers.Select(n => Literal.Int(n)))});");
    }

    /// <summary>What of the code that packs weights says how they lie: all but comments, and the numbers that names stand for.</summary>
    private static string Essence(string packing, Offsets offsets) => string.Join(
        "\n",
        packing.Split('\n').Where(l => !l.TrimStart().StartsWith("//", System.StringComparison.Ordinal)).Concat(offsets.WeightOffsets.Select(o => Literal.Int(o))));

    /// <summary>FNV-1a of a text, in hexadecimal digits.</summary>
    private static string Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ value) * 1099511628211);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}
