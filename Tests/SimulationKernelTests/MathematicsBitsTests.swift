import SimulationKernel
import Testing

/// The results that recorded runs depend on. A change here changes every digest there is.
@Suite struct `The bits of the kernel's mathematics` {
    @Test func `never change in Double`() {
        let results: [(String, Double, UInt64)] = [
            ("exp(1)", Mathematics.exp(1.0), 0x4005_BF0A_8B14_576A),
            ("exp(-3.7)", Mathematics.exp(-3.7), 0x3F99_511F_C687_1044),
            ("exp(700)", Mathematics.exp(700.0), 0x7F0D_945D_F4F8_EC8E),
            ("exp(-740)", Mathematics.exp(-740.0), 0x55),
            ("log(2)", Mathematics.log(2.0), 0x3FE6_2E42_FEFA_39EF),
            ("log(0.1)", Mathematics.log(0.1), 0xC002_6BB1_BBB5_5515),
            ("log(2^-1040)", Mathematics.log(0x1p-1040), 0xC086_86FC_0AF6_22D7),
            ("sin(1)", Mathematics.sin(1.0), 0x3FEA_ED54_8F09_0CEE),
            ("sin(-100)", Mathematics.sin(-100.0), 0x3FE0_3425_B78C_4DB8),
            ("cos(1)", Mathematics.cos(1.0), 0x3FE1_4A28_0FB5_068C),
            ("cos(12345.678)", Mathematics.cos(12345.678), 0x3FE6_B94C_3BBE_24B8),
            ("tanh(0.3)", Mathematics.tanh(0.3), 0x3FD2_A4DD_A7D9_14F9),
            ("tanh(-2)", Mathematics.tanh(-2.0), 0xBFEE_D950_5E1B_C3D4),
            ("mish(0.7)", Mathematics.mish(0.7), 0x3FE1_F4ED_7145_E1B4),
            ("mish(-5)", Mathematics.mish(-5.0), 0xBFA1_30E7_95F2_916E),
            ("mish'(0.7)", Mathematics.mishWithDerivative(0.7).1, 0x3FEF_005E_186E_7A4B),
        ]
        for (name, value, bits) in results { #expect(value.bitPattern == bits, "\(name)") }
    }

    @Test func `never change in Float`() {
        let results: [(String, Float, UInt32)] = [
            ("exp(1)", Mathematics.exp(Float(1)), 0x402D_F854),
            ("exp(-3.7)", Mathematics.exp(Float(-3.7)), 0x3CCA_88FE),
            ("exp(80)", Mathematics.exp(Float(80)), 0x792A_BBCE),
            ("log(0.1)", Mathematics.log(Float(0.1)), 0xC013_5D8E),
            ("sin(1)", Mathematics.sin(Float(1)), 0x3F57_6AA4),
            ("cos(100)", Mathematics.cos(Float(100)), 0x3F5C_C0EE),
            ("tanh(0.3)", Mathematics.tanh(Float(0.3)), 0x3E95_26EE),
            ("tanh(-2)", Mathematics.tanh(Float(-2)), 0xBF76_CA83),
            ("mish(0.7)", Mathematics.mish(Float(0.7)), 0x3F0F_A76C),
            ("mish(-5)", Mathematics.mish(Float(-5)), 0xBD09_873D),
            ("mish'(0.7)", Mathematics.mishWithDerivative(Float(0.7)).1, 0x3F78_02F1),
        ]
        for (name, value, bits) in results { #expect(value.bitPattern == bits, "\(name)") }
    }
}
