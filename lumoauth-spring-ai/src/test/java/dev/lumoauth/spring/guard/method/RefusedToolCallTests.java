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

package dev.lumoauth.spring.guard.method;

import java.util.List;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.junit.jupiter.api.Test;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.aop.framework.ProxyFactory;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what a model reads when a tool method, or a bean that a tool calls, is
 * refused by the guard around beans.
 */
class RefusedToolCallTests {

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("read:documents");

	private final Documents documents = guarded(new Documents());

	@Test
	void aDenialSaysWhatIsMissing() {
		assertThatExceptionOfType(ToolExecutionException.class).isThrownBy(() -> call(this.documents))
			.withMessage("Error: agent lacks 'read:documents' capability.")
			.withCauseInstanceOf(CapabilityDeniedException.class);
	}

	@Test
	void anOutageSaysNothingOfWhereAndWhy() {
		this.lumoAuth
			.fail(new LumoAuthUnavailableException("https://lumoauth.internal", new IllegalStateException("refused")));
		assertThatExceptionOfType(ToolExecutionException.class).isThrownBy(() -> call(this.documents))
			.withMessage("Error: authorization is unavailable; try again later.")
			.satisfies((ex) -> {
				// Spring AI's MCP server adds the message of the root cause.
				assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> {
					throw ex.getCause();
				}).withMessage("Error: authorization is unavailable; try again later.").withNoCause();
			});
	}

	@Test
	void aBeanThatAToolCallsIsRefusedInTheSameWords() {
		assertThatExceptionOfType(ToolExecutionException.class).isThrownBy(() -> call(new Outer(this.documents)))
			.withMessage("Error: agent lacks 'read:documents' capability.");
	}

	@Test
	void ordinaryJavaGetsTheReason() {
		assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(this.documents::read)
			.withMessage("agent lacks 'read:documents' capability.");
		LumoAuthUnavailableException down = new LumoAuthUnavailableException("https://lumoauth.internal", null);
		this.lumoAuth.fail(down);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(this.documents::read).isSameAs(down);
	}

	private Documents guarded(Documents documents) {
		ProxyFactory factory = new ProxyFactory(documents);
		factory.setProxyTargetClass(true);
		CapabilityDecisions decisions = CapabilityDecisions.builder(this.lumoAuth).build();
		Guard guard = new Guard(() -> decisions, () -> {
			throw new IllegalStateException();
		}, GuardReports.NONE, null, List::of);
		factory.addAdvisor(GuardAdvisor.forAnnotations(new GuardTermsFinder(), () -> guard));
		return (Documents) factory.getProxy();
	}

	private static String call(Object tools) {
		ToolCallback[] callbacks = ToolCallbacks.from(tools);
		return callbacks[0].call("{}");
	}

	public static class Documents {

		@Tool
		@RequiresCapability("read:documents")
		public String read() {
			return "documents";
		}

	}

	public static class Outer {

		private final Documents documents;

		Outer(Documents documents) {
			this.documents = documents;
		}

		@Tool
		public String summarize() {
			return this.documents.read();
		}

	}

}
