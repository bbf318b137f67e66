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

package dev.lumoauth.spring.test;

import java.lang.reflect.Method;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.lumoauth.spring.test.analyst.AnalystApplication;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.TestContextManager;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for what {@link WithAgent} may say, and where it makes a difference.
 */
class WithAgentAnnotationsTests {

	@Test
	void saysWhichAnnotationContradictsItself() {
		assertThatIllegalStateException().isThrownBy(() -> answers("both"))
			.withMessageContaining("@WithAgent on ")
			.withMessageContaining("Examples.both()")
			.withMessageEndingWith(": [read:documents] can't be both granted and denied");
		assertThatIllegalStateException().isThrownBy(() -> answers("blank"))
			.withMessageEndingWith(
					": ' ' is not the name of a capability: it is blank, or it begins or ends with a blank");
		assertThatIllegalStateException().isThrownBy(() -> answers("deniedAll"))
			.withMessageEndingWith(": '*' can't be denied: every capability that is not granted is denied anyway");
	}

	@Test
	void findsTheClosest() {
		assertThat(answers("own").capabilities()).containsExactly("mcp:financial");
		assertThat(answers("none")).isEqualTo(AgentAnswers.NO_CAPABILITY);
		assertThat(WithAgentAnnotations.answers(Annotated.class, method(Annotated.class, "none")).capabilities())
			.containsExactly("read:documents");
	}

	@Test
	void leavesOtherClassesAlone() {
		assertThat(WithAgentAnnotations.isAny(Examples.class)).isTrue();
		assertThat(WithAgentAnnotations.isAny(Annotated.class)).isTrue();
		assertThat(WithAgentAnnotations.isAny(Plain.class)).isFalse();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> new TestContextManager(Plain.class).getTestContext().getApplicationContext())
			.havingRootCause()
			.withMessageContaining("LumoAuth is not configured");
	}

	@Test
	void refusesTwoConnections() {
		assertThatIllegalStateException().isThrownBy(() -> new TestContextManager(Both.class))
			.withMessageContaining("Both has both @WithDevServer and @WithAgent");
	}

	@Test
	void refusesATestInTheMiddleOfAnother() throws Exception {
		TestAgent agent = TestAgent.with();
		agent.begin("a test", AgentAnswers.NO_CAPABILITY);
		assertThatIllegalStateException().isThrownBy(() -> agent.begin("a test", AgentAnswers.NO_CAPABILITY))
			.withMessageStartingWith("This test was started in the middle of another one");
		agent.end();
		agent.end();
		ExecutorService other = Executors.newSingleThreadExecutor();
		Callable<Boolean> begins = () -> {
			agent.begin("a test", AgentAnswers.NO_CAPABILITY);
			agent.end();
			return true;
		};
		assertThat(other.submit(begins).get()).isTrue();
		other.shutdown();
	}

	private static AgentAnswers answers(String method) {
		return WithAgentAnnotations.answers(Examples.class, method(Examples.class, method));
	}

	private static Method method(Class<?> type, String name) {
		return ReflectionUtils.findMethod(type, name);
	}

	static class Examples {

		@WithAgent(capabilities = { "read:documents", "mcp:financial" }, denied = "read:documents")
		void both() {
		}

		@WithAgent(" ")
		void blank() {
		}

		@WithAgent(denied = "*")
		void deniedAll() {
		}

		@WithAgent("mcp:financial")
		void own() {
		}

		void none() {
		}

	}

	@WithAgent("read:documents")
	static class Annotated extends Plain {

	}

	@SpringBootTest(classes = AnalystApplication.class)
	static class Plain {

		void none() {
		}

	}

	@SpringBootTest(classes = AnalystApplication.class)
	@WithAgent
	@WithDevServer
	static class Both {

	}

}
