/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.guard;

import dev.lumoauth.spring.approval.ApprovalCall;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CallArgumentsTests {

	@Test
	void readsWhatAModelWrote() {
		CallArguments arguments = CallArguments.read("{\"to\":\"Zoë\",\"amount\":1.50,\"note\":null}");
		assertThat(arguments.values()).containsOnlyKeys("to", "amount", "note").containsEntry("note", null);
		assertThat(arguments.areAllDeclared()).isTrue();
		assertThat(arguments.canonical()).isEqualTo("{\"amount\":1.5,\"note\":null,\"to\":\"Zoë\"}");
		assertThat(CallArguments.read(" ").canonical()).isEqualTo("{}");
	}

	@Test
	void refusesWhatReadersUnderstandDifferently() {
		assertThatIllegalArgumentException().isThrownBy(() -> CallArguments.read("{\"amount\":1,\"amount\":1000}"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CallArguments.read("{\"amount\":100.00000000000000001}").canonical());
		assertThatIllegalArgumentException().isThrownBy(() -> CallArguments.of(Map.of("a", new Object())).canonical());
	}

	@Test
	void staysAsItIs() {
		Map<String, Object> values = new HashMap<>(Map.of("a", 1));
		CallArguments arguments = CallArguments.of(values);
		values.put("a", 2);
		assertThat(arguments.values()).isEqualTo(Map.of("a", 1));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> arguments.values().put("b", 1));
	}

	@Test
	void saysNoValue() {
		assertThat(CallArguments.of(Map.of("card", "s3cret"))).hasToString("CallArguments[card]");
	}

	@Test
	void anotherCallHasAnotherKey() {
		ApprovalCall call = new ApprovalCall("agt", "user", "refund", null, "{}");
		assertThat(call.key()).matches("[0-9a-f]{64}")
			.isEqualTo(new ApprovalCall("agt", "user", "refund", null, "{}").key());
		assertThat(List.of(new ApprovalCall("agt2", "user", "refund", null, "{}"),
				new ApprovalCall("agt", null, "refund", null, "{}"),
				new ApprovalCall("agt", "null", "refund", null, "{}"),
				new ApprovalCall("agt", "userrefund", "", null, "{}"),
				new ApprovalCall("agt", "user\",\"refund", "", null, "{}"),
				new ApprovalCall("agt", "user", "refund", "null", "{}"),
				new ApprovalCall("agt", "user", "refund", null, "{\"a\":1}")))
			.extracting(ApprovalCall::key)
			.doesNotHaveDuplicates()
			.doesNotContain(call.key());
		assertThat(new ApprovalCall("agt", "user", "refund", null, "s3cret").toString()).doesNotContain("s3cret");
	}

}
