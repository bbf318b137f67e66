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

package dev.lumoauth.spring.autoconfigure;

import java.util.List;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.tool.ToolGuard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * That an application hears of a capability whose name is wrong.
 */
@ExtendWith(OutputCaptureExtension.class)
class GuardedCapabilityNamesTests {

	private static final String API = "/t/acme/api/v1/";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ToolCallingAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class))
		.withBean("documents", Documents.class)
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret");

	@Test
	void namesTheCodeAndAsksNothingMore(CapturedOutput output) {
		stub("read:documents mcp:financial");
		run((context) -> {
			Documents documents = context.getBean(Documents.class);
			assertThat(catchThrowable(documents::search)).hasMessage("agent lacks 'read:document' capability.");
			assertThat(output.getOut()).contains("WARN")
				.contains("Agent 'agt_1' lacks the capability 'read:document', which documents.search needs. "
						+ "Correct the name, or grant it in LumoAuth.");
			lumoAuth.verify(2, anyRequestedFor(anyUrl()));
		});
	}

	@Test
	void namesAToolThatIsNotOfferedAndNotCalled(CapturedOutput output) {
		stub("openid");
		run((context) -> {
			ToolCallingChatOptions options = ToolCallingChatOptions.builder()
				.toolCallbacks(context.getBean(ToolGuard.class).guard(List.of(ToolCallbacks.from(new InlineTools()))))
				.build();
			assertThat(context.getBean(ToolCallingManager.class).resolveToolDefinitions(options)).isEmpty();
			assertThat(output.getOut())
				.contains("lacks the capability 'read:document', which documents.search, lookUp need. "
						+ "Correct the name, or grant it in LumoAuth.");
		});
	}

	private void run(ContextConsumer<AssertableApplicationContext> consumer) {
		this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl()).run(consumer);
	}

	private static void stub(String scope) {
		lumoAuth.stubFor(post(urlPathEqualTo(API + "oauth/token")).willReturn(
				okJson("{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\""
						+ scope + "\"}")));
		lumoAuth.stubFor(post(urlPathEqualTo(API + "authz/check"))
			.willReturn(okJson("{\"allowed\":false,\"permission\":\"read:document\"}")));
	}

	static class Documents {

		@RequiresCapability("read:document")
		public String search() {
			return "documents";
		}

	}

	static class InlineTools {

		@Tool
		@RequiresCapability("read:document")
		String lookUp() {
			return "documents";
		}

	}

}
