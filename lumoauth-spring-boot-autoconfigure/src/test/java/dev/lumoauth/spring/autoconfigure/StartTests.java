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

import java.util.Arrays;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a person reads when an application starts or doesn't, through a real
 * {@link SpringApplication}.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartTests {

	@Test
	void reportsEverythingThatIsWrongInOneAnalysis(CapturedOutput output) {
		fail(Application.class, "--lumoauth.url=http://lumo.example.com", "--lumoauth.client-secret=pa55word",
				"--lumoauth.read-timeout=0s");
		assertThat(text(output)).contains("APPLICATION FAILED TO START", "Description:", """
				LumoAuth is not configured correctly:

				    - lumoauth.url is http, and 'lumo.example.com' is not a loopback host: the agent's secret and \
				tokens would be sent in the clear.
				        lumoauth.url is set in: "lumoauth.url" from property source "commandLineArgs"
				    - lumoauth.tenant and lumoauth.org-id are both missing.
				    - lumoauth.client-id is missing.
				    - lumoauth.read-timeout is 0 ms, which is not above zero.
				        lumoauth.read-timeout is set in: "lumoauth.read-timeout" from property source "commandLineArgs"
				""", "Action:", """
				    - Use https in lumoauth.url. Plain http works for localhost, 127.0.0.1 and [::1] only.
				    - Set exactly one of them: lumoauth.tenant (or the environment variable LUMOAUTH_TENANT) to the \
				tenant's slug, or lumoauth.org-id (or the environment variable LUMOAUTH_ORG_ID) to the organization's.
				    - Set lumoauth.client-id (or the environment variable AGENT_CLIENT_ID) to the agent's client id.
				    - Set lumoauth.read-timeout to a time such as 5s.

				Or set lumoauth.enabled=false to run without LumoAuth: code that requires a capability is then refused.
				""");
		assertThat(output).doesNotContain("pa55word");
	}

	@Test
	void reportsAtStartEvenWhenBeansAreLazy(CapturedOutput output) {
		fail(Application.class, "--lumoauth.tenant=acme", "--spring.main.lazy-initialization=true");
		assertThat(output).contains("lumoauth.client-id is missing.");
	}

	@Test
	void namesThePropertyWithAnUnknownValue(CapturedOutput output) {
		fail(Application.class, "--lumoauth.tenant=acme", "--lumoauth.client-id=agt_1", "--lumoauth.client-secret=s",
				"--lumoauth.client-authentication-method=mtls");
		assertThat(text(output)).contains(
				"lumoauth.client-authentication-method is 'mtls', and nothing makes such credentials.",
				"Set lumoauth.client-authentication-method to one of client-secret-post, client-secret-basic, ");
	}

	@Test
	void namesThePropertiesWhenTheAgentIsInjectedAndNothingIsConfigured(CapturedOutput output) {
		fail(InjectingApplication.class);
		assertThat(text(output)).contains("""
				Parameter 0 of method user in %s required a bean of type '%s', which is not there: LumoAuth is not \
				configured.
				""".formatted(InjectingApplication.class.getName(), LumoAuthAgent.class.getName()),
				"""
						Set lumoauth.tenant or lumoauth.org-id, lumoauth.client-id and lumoauth.client-secret (or the environment \
						variables LUMOAUTH_TENANT or LUMOAUTH_ORG_ID, AGENT_CLIENT_ID and AGENT_CLIENT_SECRET).
						""");
	}

	@Test
	void namesThePropertyWhenTheAgentIsInjectedAndLumoAuthIsTurnedOff(CapturedOutput output) {
		fail(InjectingApplication.class, "--lumoauth.enabled=false");
		assertThat(text(output)).contains("which is not there: LumoAuth is turned off by lumoauth.enabled=false.");
	}

	@Test
	void namesTheMethodAndThePropertiesWhenItRequiresACapabilityAndNothingIsConfigured(CapturedOutput output) {
		fail(GuardedApplication.class);
		assertThat(text(output)).contains(
				"Method read of class " + GuardedApplication.class.getName() + " (StartTests.java:",
				") requires the capability read:documents, but LumoAuth is not configured.",
				"""
						Set lumoauth.tenant or lumoauth.org-id, lumoauth.client-id and lumoauth.client-secret (or the environment \
						variables LUMOAUTH_TENANT or LUMOAUTH_ORG_ID, AGENT_CLIENT_ID and AGENT_CLIENT_SECRET). Or set \
						lumoauth.enabled=false: the application then starts, and that code is refused when it is called.
						""");
		assertThat(output).doesNotContain("stays idle");
	}

	@Test
	void namesTheAgentsThatThereAreWhenTheOneWithoutANameIsInjected(CapturedOutput output) {
		fail(InjectingApplication.class, "--lumoauth.tenant=acme", "--lumoauth.agents.trade.client-id=agt_t",
				"--lumoauth.agents.trade.client-secret=s", "--lumoauth.agents.research.client-id=agt_r",
				"--lumoauth.agents.research.client-secret=s");
		assertThat(text(output)).contains("which is not there: LumoAuth is configured for named agents only.",
				"Set lumoauth.client-id and lumoauth.client-secret", "The named agents are injected with ",
				"@Qualifier(\"trade\")", "@Qualifier(\"research\")");
	}

	@Test
	void saysThatThereIsNoNamedAgentWhenOneIsInjected(CapturedOutput output) {
		fail(QualifyingApplication.class, "--lumoauth.tenant=acme", "--lumoauth.client-id=agt_1",
				"--lumoauth.client-secret=s");
		assertThat(text(output)).contains("which is not there: no agent has the name of its qualifier.",
				"There is only the default agent, which is injected without a qualifier. Another agent needs "
						+ "lumoauth.agents.<name>.client-id and its credentials.");
	}

	@Test
	void namesTheAgentsThatThereAreWhenTheNameIsAnother(CapturedOutput output) {
		fail(QualifyingApplication.class, "--lumoauth.tenant=acme", "--lumoauth.client-id=agt_1",
				"--lumoauth.client-secret=s", "--lumoauth.agents.trade.client-id=agt_t",
				"--lumoauth.agents.trade.client-secret=s");
		assertThat(text(output)).contains("which is not there: no agent has the name of its qualifier.",
				"The named agents are injected with @Qualifier(\"trade\").");
	}

	@Test
	void namesThePropertyOfAnAgentWithAnUnknownValue(CapturedOutput output) {
		fail(Application.class, "--lumoauth.agents.trade.client-authentication-method=mtls");
		assertThat(text(output)).contains(
				"lumoauth.agents.trade.client-authentication-method is 'mtls', and nothing makes such credentials.");
	}

	@Test
	void leavesOtherMissingBeansToBoot(CapturedOutput output) {
		fail(OtherInjectingApplication.class);
		assertThat(text(output)).contains("required a bean of type 'java.lang.Number' that could not be found.");
	}

	private static void fail(Class<?> application, String... arguments) {
		assertThatException().isThrownBy(() -> run(application, arguments).close());
	}

	static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
		String[] all = Stream.concat(Arrays.stream(arguments), Stream.of("--spring.main.banner-mode=off"))
			.toArray(String[]::new);
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE).run(all);
	}

	private static String text(CapturedOutput output) {
		return output.toString().replace(System.lineSeparator(), "\n");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(LumoAuthAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(LumoAuthAutoConfiguration.class)
	static class InjectingApplication {

		@Bean
		String user(LumoAuthAgent agent) {
			return agent.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(LumoAuthAutoConfiguration.class)
	static class QualifyingApplication {

		@Bean
		String user(@Qualifier("traed") LumoAuthAgent agent) {
			return agent.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class })
	static class GuardedApplication {

		@RequiresCapability("read:documents")
		void read() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(LumoAuthAutoConfiguration.class)
	static class OtherInjectingApplication {

		@Bean
		String user(Number number) {
			return number.toString();
		}

	}

}
