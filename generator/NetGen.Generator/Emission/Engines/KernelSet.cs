using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Emission.Kernels;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>The kernels of one engine. Steps that come to the same code share one kernel.</summary>
internal sealed class KernelSet(Plan plan, Offsets offsets)
{
    /// <summary>The parameters of a kernel that computes a share of its units.</summary>
    public const string ShareParameters = ", nuint from, nuint to";

    private readonly List<Kernel> kernels = [];
    private readonly Dictionary<Step, Kernel> byStep = [];
    private readonly Dictionary<string, Kernel> byCode = [];
    private readonly HashSet<string> names = [.. offsets.All];

    /// <summary>Finds or writes a step's kernel.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isPart">Whether one of several threads calls it; it then finds <c>part</c>, <c>parts</c> and its <c>own</c> memory.</param>
    /// <returns>The call of it.</returns>
    public string Call(Step step, bool isPart = false)
    {
        Kernel kernel = Find(step);
        string[] addresses =
        [
            offsets.Of(step.Input),
            .. step.MoreInputs.Select(offsets.Of),
            offsets.OfWeights(step),
            offsets.OfScratch(step, isPart ? "own" : "workspace"),
            offsets.Of(step.Output),
        ];
        string references = string.Join(", ", addresses.Where(a => a.Length > 0).Select(a => "ref " + a));
        WorkSharing sharing = WorkSharing.Of(step);
        return $"{kernel.Name}({references}{(sharing.TakesShare ? Share(sharing.Units, isPart && sharing.Units > 1) : "")});";
    }

    /// <summary>Finds or writes the kernel that sets a buffer's border to zero.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="isShared">Whether threads can take rows each, as they do where the plan is theirs.</param>
    /// <param name="isPart">Whether one of several threads calls it; it then finds <c>part</c> and <c>parts</c>.</param>
    /// <returns>The call of it.</returns>
    public string CallClearBorder(WorkspaceBuffer buffer, string address, bool isShared, bool isPart)
    {
        Kernel kernel = Find(BorderFamily.Clearing(buffer.Bordered!, buffer.Border, isShared), buffer.Purpose);
        string share = isShared ? Share(buffer.Bordered!.Inside(buffer.Border).Height, isPart) : "";
        return $"{kernel.Name}(ref {address}{share});";
    }

    /// <summary>Finds or writes a step's kernel. Writing it only to find that it is there already would take most of the time.</summary>
    public Kernel Find(Step step)
    {
        KernelFamily family = KernelFamilies.Of(step);
        Step key = family.WithoutOffsets(step);
        if (byStep.TryGetValue(key, out Kernel? known))
        {
            known.AddUser(UsersOf(step));
            return known;
        }

        var context = new KernelContext(this, plan, step);
        string code = WriteCode(ParametersOf(step), writer => family.Emit(writer, step, context));
        Kernel kernel = Add(new Kernel(
            $"{family.Name(step, context)}_{Names.Identifier(step.Input)}_{Names.Identifier(step.Output)}",
            code,
            [UsersOf(step)],
            $"{Names.Shape(step.Input)} → {Names.Shape(step.Output)}, {step.Algorithm}",
            context.Calls));
        byStep.Add(key, kernel);
        return kernel;
    }

    /// <summary>Finds or writes a kernel that is no step's own.</summary>
    /// <param name="part">The kernel.</param>
    /// <param name="user">The layers that need it.</param>
    public Kernel Find(KernelPart part, string user) =>
        Add(new Kernel(part.Name, WriteCode(part.Parameters, part.Write), [user], part.Description, []));

    /// <summary>The layers that a step computes.</summary>
    public string UsersOf(Step step) => Names.Of(plan, step);

    /// <summary>Writes all kernels.</summary>
    public void Emit(CodeWriter writer)
    {
        foreach (Kernel kernel in kernels)
        {
            writer.Line();
            writer.Line($"/// <summary>{string.Join("; ", kernel.Users)}: {kernel.Description}.</summary>");
            writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            int parameters = kernel.Code.IndexOf('\n');
            writer.Line($"private static void {kernel.Name}{kernel.Code.Substring(0, parameters)}");
            writer.Raw(kernel.Code, parameters + 1);
        }
    }

    private static string ParametersOf(Step step)
    {
        string more = string.Concat(step.MoreInputs.Select((_, i) => $"ref float x{Literal.Int(i + 1)}, "));
        string weights = step.WeightLength > 0 ? "ref float w, " : "";
        string scratch = step.ScratchBuffer is null ? "" : "ref float s, ";
        return $"ref float x, {more}{weights}{scratch}ref float y{(WorkSharing.Of(step).TakesShare ? ShareParameters : "")}";
    }

    /// <summary>A method's parameters and body, as they follow its name.</summary>
    private static string WriteCode(string parameters, Action<CodeWriter> write)
    {
        using var writer = new CodeWriter(depth: 1);
        writer.Raw($"({parameters})\n");
        using (writer.Block())
        {
            write(writer);
        }

        return writer.ToString();
    }

    /// <summary>Adds a kernel under a name that no other has, unless there is one of the same code.</summary>
    private Kernel Add(Kernel kernel)
    {
        if (byCode.TryGetValue(kernel.Code, out Kernel? known))
        {
            known.AddUser(kernel.Users[0]);
            return known;
        }

        string unique = kernel.Name;
        for (int i = 2; !names.Add(unique); i++)
        {
            unique = kernel.Name + "_v" + Literal.Int(i);
        }

        Kernel added = kernel with { Name = unique };
        kernels.Add(added);
        byCode.Add(added.Code, added);
        return added;
    }

    /// <summary>The first and the last of the units that a thread takes.</summary>
    private static string Share(int units, bool isPart) => isPart
        ? $", {Address.Times("part", units)} / parts, {Address.Times("(part + 1)", units)} / parts"
        : $", 0, {Literal.Int(units)}";
}
