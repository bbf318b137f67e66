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

package com.example;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.AuthorizationInterceptor;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RequestAuthorizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What an application of someone else prints that doesn't start: what is wrong, in which
 * line of the code or of the configuration, and what to do.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTests {

	/** Nobody listens there. */
	private static final String NOWHERE = "lumoauth.url=http://localhost:1";

	private static final List<String> AGENT = List.of("lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
			"lumoauth.client-secret=pa55word");

	@TempDir
	private Path folder;

	static Stream<Arguments> applications() {
		return Stream.of(
				Arguments.of(Documents.class, List.of(),
						List.of("search of class com.example.FailedStartTests$Documents (FailedStartTests.java:",
								"requires the capability read:documents, but LumoAuth is not configured",
								"Set lumoauth.tenant or lumoauth.org-id")),
				Arguments.of(FinalDocuments.class, AGENT,
						List.of("search of class com.example.FailedStartTests$FinalDocuments (FailedStartTests.java:",
								"is final", "Make it neither private, static nor final")),
				Arguments.of(MakesText.class, AGENT,
						List.of("The @Bean method of 'text' (FailedStartTests.java:", "a java.lang.String",
								"Let the @Bean method return an interface")),
				Arguments.of(Empty.class,
						List.of("lumoauth.tenant=acme", "lumoauth.org-id=acme", "lumoauth.client-id=agt_1"),
						List.of("lumoauth.tenant and lumoauth.org-id are both set",
								"lumoauth.tenant is set in: \"lumoauth.tenant\" from property source",
								"Set exactly one of them", "lumoauth.client-secret")),
				Arguments.of(Empty.class, with("lumoauth.connect-timeout=soon"),
						List.of("lumoauth.connect-timeout", "soon", "Action:")),
				Arguments.of(Empty.class, with("lumoauth.capabilities.source=chek"),
						List.of("lumoauth.capabilities.source", "chek", "ASK", "CHECK", "USERINFO")),
				Arguments.of(Empty.class, with("lumoauth.approvals.store=jdbc"),
						List.of("lumoauth.approvals.store=jdbc needs a DataSource",
								"lumoauth.approvals.store is set in: ", "spring-boot-starter-jdbc")),
				Arguments.of(HasADatabase.class,
						List.of("lumoauth.approvals.store=jdbc", "lumoauth.approvals.jdbc.initialize-schema=never"),
						List.of("no table 'lumoauth_approval'", "Set lumoauth.approvals.jdbc.initialize-schema=always",
								"schema.sql")),
				Arguments.of(WantsTheAgent.class, List.of(),
						List.of("required a bean of type 'dev.lumoauth.spring.LumoAuthAgent'",
								"LumoAuth is not configured", "Set lumoauth.tenant")),
				Arguments.of(AsksAtStart.class, with(NOWHERE),
						List.of("LumoAuth", "localhost:1", "Called by:",
								"com.example.FailedStartTests$AsksAtStart.lambda$first", "(FailedStartTests.java:",
								"lumoauth.url", "make the call after the application has started")),
				Arguments.of(BadAudience.class, AGENT,
						List.of("neither https nor on this machine's loopback",
								"com.example.FailedStartTests$BadAudience.reports", "(FailedStartTests.java:",
								"Correct the call in that line")),
				Arguments.of(BypassesTheGuard.class, AGENT,
						List.of("Tool 'search' requires [read:documents]", "Called by:",
								"com.example.FailedStartTests$BypassesTheGuard.lambda$first",
								"Use the auto-configured ChatClient.Builder")));
	}

	@ParameterizedTest
	@MethodSource("applications")
	void saysWhatIsWrongWhereAndWhatToDo(Class<?> application, List<String> properties, List<String> printed,
			CapturedOutput output) {
		assertThatException().isThrownBy(() -> run(application, properties));
		String report = output.getOut().substring(output.getOut().indexOf("APPLICATION FAILED TO START"));
		assertThat(report).contains("Description:", "Action:").doesNotContain("pa55word");
		assertThat(printed).allSatisfy((text) -> assertThat(report).contains(text));
	}

	@Test
	void namesTheLineOfTheConfiguration(CapturedOutput output) throws IOException {
		Path file = Files.writeString(this.folder.resolve("application.yml"), """
				lumoauth:
				  tenant: acme
				  client-id: agt_1
				  client-secret: in-the-file
				  url: http://lumoauth.example.com
				""");
		assertThatException().isThrownBy(() -> run(Empty.class, List.of("spring.config.location=" + file.toUri())));
		assertThat(output.getOut()).containsPattern("lumoauth\\.url is set in: .*application\\.yml.* - 5:8")
			.contains("https")
			.doesNotContain("in-the-file");
	}

	private static List<String> with(String property) {
		return Stream.concat(AGENT.stream(), Stream.of(property)).toList();
	}

	private static void run(Class<?> application, List<String> properties) {
		SpringApplication spring = new SpringApplication(application, Starter.class);
		spring.setWebApplicationType(WebApplicationType.NONE);
		spring.run(Stream.concat(properties.stream(), Stream.of("spring.main.banner-mode=off"))
			.map((property) -> "--" + property)
			.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LumoAuthAutoConfiguration.class, LumoAuthApprovalsAutoConfiguration.class,
			LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class })
	static class Starter {

	}

	static class HasADatabase {

		@Bean
		DataSource dataSource() {
			return new DriverManagerDataSource("jdbc:h2:mem:without-tables");
		}

	}

	static class Empty {

	}

	static class Documents {

		@RequiresCapability("read:documents")
		String search() {
			return "documents";
		}

	}

	static class FinalDocuments {

		@RequiresCapability("read:documents")
		final String search() {
			return "documents";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MakesText {

		@Bean
		@RequiresCapability("read:documents")
		String text() {
			return "text";
		}

	}

	static class WantsTheAgent {

		WantsTheAgent(LumoAuthAgent agent) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AsksAtStart {

		@Bean
		ApplicationRunner first(LumoAuthAgent agent) {
			return (arguments) -> agent.accessToken();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BadAudience {

		@Bean
		ClientHttpRequestInterceptor reports(LumoAuthTokens tokens) {
			return new AuthorizationInterceptor(RequestAuthorizer.exchanging(tokens, "urn:reports",
					Origin.of(URI.create("http://reports.example.com"))));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BypassesTheGuard {

		@Bean
		ChatModel model() {
			return new Model();
		}

		@Bean
		ApplicationRunner first(ChatModel model) {
			return (arguments) -> ChatClient.create(model).prompt("go").tools(new Tools()).call().content();
		}

	}

	static class Tools {

		@Tool
		@RequiresCapability("read:documents")
		String search() {
			return "documents";
		}

	}

	static class Model implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			throw new IllegalStateException("The model was called");
		}

		@Override
		public ChatOptions getOptions() {
			return ToolCallingChatOptions.builder().build();
		}

	}

}
