using System.Collections.Generic;
using System.Linq;
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
        bool observed = form is Form.Observed or Form.Traced;
        using var writer = new CodeWriter();
        var kernels = new KernelSet(plan);
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

        writer.Line("""
            using global::NetGen.Runtime;
            using static global::System.Runtime.Intrinsics.Vector128;
            using static global::System.Runtime.Intrinsics.Vector256;
            using static global::System.Runtime.Intrinsics.Vector512;

            """);
        writer.Line($"/// <summary>The kernels of <c>{network.Name}</c> for <c>{plan.Tier.Name}</c>.</summary>");
        writer.Line(Names.GeneratedCode);
        writer.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        string name = ClassName(network, variant);
        string packing = PackEmitter.Emit(plan, depth: 3);
        writer.Open($"internal sealed class {name} : {(observed ? "ObservedEngine" : "NetworkEngine")}");
        bool isCached = variant == plan.Tier.Name;
        string rest = Code.Text(plan.WorkspaceLength) + (plan.Graph.Outputs.Count > 1 && !observed ? ", " + Code.Text(plan.Graph.Output.Length) : "");
        writer.Line($"/// <summary>Packs the weights{(isCached ? ", unless there is a cache that holds them" : "")}.</summary>");
        writer.Line($"internal {name}({(observed ? "global::NetGen.NetworkInfo info, " : "")}global::NetGen.IWeightSource weights{(isCached ? ", PackedWeightsCache? cache" : "")})");
        writer.Line(isCached
            ? $"    : base(cache is null ? Pack(weights) : cache.GetOrPack(weights, {Code.Literal($"{variant} {Code.Hash(packing)}")}, {Code.Text(PackEmitter.Length(plan))}, Pack), {rest})"
            : $"    : base({(observed ? "info, " : "")}Pack(weights), {rest})");
        writer.Line("{");
        writer.Line("}");
        if (form == Form.Silent)
        {
            EmitAlgorithms(writer, plan);
        }
        else if (form == Form.Profiled)
        {
            writer.Line();
            writer.Line("/// <summary>When each step of the last run began, and when the last one ended, in ticks of the stopwatch.</summary>");
            writer.Line($"internal readonly long[] {TimesField} = new long[{Code.Text(plan.Steps.Count + 1)}];");
        }

        bool isShared = variant == plan.Tier.Name && plan.Steps.Any(IsShared);
        if (isShared)
        {
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override bool IsShared => true;");
        }

        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Open(
            isShared ? "protected override void RunPart(ref float input, ref float output, ref float workspace, ref float own, ref float weights, nuint part, nuint parts, NetworkBarrier? barrier)"
            : observed ? "protected override void Run(ref float input, ref float output, ref float workspace, ref float weights, global::NetGen.LayerObserver observer)"
            : "protected override void Run(ref float input, ref float output, ref float workspace, ref float weights)");
        EmitCalls(writer, plan, kernels, form, isShared);
        writer.Close();
        writer.Line();
        writer.Line("/// <summary>Lays the weights out as the kernels read them.</summary>");
        writer.Open("private static AlignedMemory Pack(global::NetGen.IWeightSource source)");
        writer.Raw(packing);
        writer.Close();
        kernels.Emit(writer);
        writer.Close();
        return writer.ToString();
    }

    private static void EmitAlgorithms(CodeWriter writer, Plan plan)
    {
        writer.Line();
        writer.Line("/// <summary>How each layer is computed.</summary>");
        writer.Line("internal static string[] Algorithms =>");
        writer.Line("[");
        for (int i = 0; i < plan.Graph.Layers.Count; i++)
        {
            writer.Line($"    {Code.Literal(plan.AlgorithmOf(i))},");
        }

        writer.Line("];");
    }

    /// <summary>
    /// The calls of all kernels. Where several threads share them, what is not shared is the first one's, and after each step all
    /// wait for each other.
    /// </summary>
    private static void EmitCalls(CodeWriter writer, Plan plan, KernelSet kernels, Form form, bool isShared)
    {
        int shown = 0;
        bool alone = false;
        for (int s = 0; s <= plan.Steps.Count; s++)
        {
            for (; form == Form.Observed && shown < plan.Graph.Layers.Count && plan.Completed[shown] <= s; shown++)
            {
                EmitShow(writer, plan, shown);
            }

            for (int layer = 0; form == Form.Traced && layer < plan.Graph.Layers.Count; layer++)
            {
                if (plan.Completed[layer] == s && plan.Values[layer] is { IsQuantized: false })
                {
                    EmitShow(writer, plan, layer);
                }
            }

            if (form == Form.Profiled)
            {
                writer.Line($"{TimesField}[{Code.Text(s)}] = global::System.Diagnostics.Stopwatch.GetTimestamp();");
            }

            if (s == plan.Steps.Count)
            {
                break;
            }

            Step step = plan.Steps[s];
            if (alone && IsShared(step))
            {
                Join();
            }

            string[] layers = [.. step.Layers.Select(l => plan.Graph.Layers[l].Name)];
            Layer? first = step.Layers.Count > 0 ? plan.Graph.Layers[step.Layers[0]] : null;
            Layer? last = step.Layers.Count > 0 ? plan.Graph.Layers[step.Layers[step.Layers.Count - 1]] : null;
            writer.Line(step.Purpose is { } purpose
                ? $"// {(layers.Length > 0 ? layers[0] : "input")}, {purpose}"
                : $"// {Names.Join(layers)}: {first!.Input} → {last!.Output}");
            if (isShared && !alone && !IsShared(step))
            {
                writer.Open("if (part == 0)");
                alone = true;
            }

            // Nobody writes or reads the border meanwhile, so that it needs no meeting of its own.
            foreach (WorkspaceBuffer buffer in plan.Buffers.Where(b => b.ClearsBorder && b.FirstStep == s))
            {
                writer.Line(kernels.CallClearBorder(buffer, isShared, isShared && !alone));
            }

            writer.Line(kernels.Call(step, isShared));
            if (isShared && IsShared(step))
            {
                writer.Line("barrier?.Meet();");
            }
        }

        if (alone)
        {
            writer.Close();
        }

        void Join()
        {
            writer.Close();
            writer.Line();
            writer.Line("barrier?.Meet();");
            alone = false;
        }
    }

    /// <summary>Whether threads share a step.</summary>
    private static bool IsShared(Step step) => step.Units > 1;

    private static void EmitShow(CodeWriter writer, Plan plan, int layer)
    {
        TensorView value = plan.Values[layer]!;
        string memory = value.Storage switch { Storage.Input => "input", Storage.Output => "output", _ => "workspace" };
        int[] numbers = [value.Channels, value.Height, value.Width, value.RowStride, value.PixelStride, value.ChannelStride];
        writer.Line(
            $"Show(observer, {Code.Text(layer)}, ref {Code.At(memory, plan.OffsetOf(value))}, {string.Join(", ", numbers.Select(n => Code.Text(n)))});");
    }
}
