using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Poolings over windows.</summary>
internal sealed class PoolFamily : KernelFamily<PoolStep>
{
    protected override string Name(PoolStep step, KernelContext context) =>
        $"{(IsDilated(step) ? "Dilated" : "")}{step.Pool.Kind}Pool{step.Pool.Window.KernelHeight}x{step.Pool.Window.KernelWidth}";

    protected override void Emit(CodeWriter writer, PoolStep step, KernelContext context)
    {
        if (IsDilated(step))
        {
            DilatedPoolEmitter.Emit(writer, step, context.Tier);
        }
        else
        {
            PoolEmitter.Emit(writer, step, context.Tier);
        }
    }

    protected override void Pack(PackWriter packer, PoolStep step) => packer.Epilogue(step, step.Epilogue);

    /// <summary>Whether the window has gaps.</summary>
    private static bool IsDilated(PoolStep step) => step.Pool.Window is { DilationHeight: > 1 } or { DilationWidth: > 1 };
}
