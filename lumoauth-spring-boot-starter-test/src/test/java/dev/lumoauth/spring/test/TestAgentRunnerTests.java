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

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.lumoauth.spring.ActorChain;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.user.UserToken;
import dev.lumoauth.spring.vault.LumoAuthConnections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link TestAgent} in {@code ApplicationContextRunner}s: what of an
 * application's configuration counts, and what doesn't.
 */
class TestAgentRunnerTests {

	private static final ApprovalRule RULE = new ApprovalRule("Pay", Impact.HIGH, "", List.of());

	private final TestAgent agent = TestAgent.with("read:documents");

	private final ApplicationContextRunner application = new ApplicationContextRunner().withInitializer(this.agent)
		.withUserConfiguration(Archive.class);

	@Test
	void guardsWithoutAnyProperty() {
		this.application.run((context) -> {
			assertThat(context.getBean(Archive.class).read()).isEqualTo("read");
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(context.getBean(Archive.class)::write)
				.withMessage("agent lacks 'write:documents' capability.");
			assertThat(this.agent).wasAllowed("read:documents").wasDenied("write:documents");
			assertThat(context).getBean(TestAgent.class).isSameAs(this.agent);
		});
	}

	@Test
	void answersApplicationsWhoseTokensAreBoundToAKey() {
		this.application.withPropertyValues("lumoauth.dpop.enabled=true").run((context) -> {
			assertThat(context.getBean(Archive.class).read()).isEqualTo("read");
			assertThat(context.getBean(LumoAuthAgent.class).accessToken().getTokenType().getValue()).isEqualTo("DPoP");
			assertThat(context.getBean(LumoAuthAgent.class).info().agentId()).isNotEqualTo("unknown");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "client-secret=${NOT_SET_HERE}", "client-secret-file=/not/here",
			"client-authentication-method=private-key-jwt,private-key-jwt.key-file=/not/here",
			"client-authentication-method=none", "workload-identity.provider=kubernetes",
			"client-authentication-method=tls-client-auth,ssl-bundle=not-here",
			"client-secret=${NOT_SET_HERE},dpop.enabled=true,dpop.ssl-bundle=not-here" })
	void needsNothingOfWhatAgentsProveWhoTheyAreBy(String settings) {
		String[] properties = Stream.of(settings.split(","))
			.flatMap((setting) -> Stream.of("lumoauth." + setting, "lumoauth.agents.trade." + setting))
			.toArray(String[]::new);
		this.application.withPropertyValues(properties).withPropertyValues("lumoauth.client-id=one").run((context) -> {
			assertThat(context.getBean(Archive.class).read()).isEqualTo("read");
			assertThat(context.getBean(LumoAuthAgent.class).accessToken()).isNotNull();
			assertThat(context.getBean("lumoAuthAgent.trade", LumoAuthAgent.class).accessToken()).isNotNull();
		});
	}

	@Test
	void createsNoStreamOfEventsAndNeedsNoneOfItsSecrets() {
		new WebApplicationContextRunner().withInitializer(this.agent)
			.withUserConfiguration(Archive.class)
			.withPropertyValues("lumoauth.events.ssf.enabled=true", "lumoauth.events.ssf.register=true",
					"lumoauth.events.ssf.endpoint-url=https://agent.example.com/lumoauth/events/ssf",
					"lumoauth.events.ssf.authorization-token=${NOT_SET_HERE}", "lumoauth.events.webhook.enabled=true",
					"lumoauth.events.webhook.secrets=${NOT_SET_HERE}")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getEnvironment().getProperty("lumoauth.events.ssf.register")).isEqualTo("false");
				assertThat(context.getEnvironment().getProperty("lumoauth.events.webhook.secrets")).hasSize(44);
			});
	}

	@Test
	void worksInWebApplications() {
		new WebApplicationContextRunner().withInitializer(this.agent)
			.withUserConfiguration(Archive.class)
			.run((context) -> assertThat(context.getBean(Archive.class).read()).isEqualTo("read"));
		new ReactiveWebApplicationContextRunner().withInitializer(TestAgent.with())
			.withUserConfiguration(Archive.class)
			.run((context) -> assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(context.getBean(Archive.class)::read));
	}

	@Test
	void givesTokensOfThirdPartiesThatSayWhoseTheyAre() {
		this.application
			.withPropertyValues("lumoauth.connections.github.connection-id=conn_1",
					"lumoauth.connections.github.origins=https://api.github.com",
					"lumoauth.connections.slack.connection-id=conn_2",
					"lumoauth.connections.slack.origins=https://slack.com", "lumoauth.connections.slack.acts-for=user")
			.run((context) -> {
				LumoAuthConnections connections = context.getBean(LumoAuthConnections.class);
				assertThat(connections.token("github").getTokenValue()).isEqualTo("token-of-conn_1-for-test-agent");
				assertThat(connections.token("slack", UserToken.of("alice")).getTokenValue())
					.isEqualTo("token-of-conn_2-for-alice");
			});
	}

	@Test
	void keepsWhatIsNoSecret() {
		this.application
			.withPropertyValues("lumoauth.url=https://lumoauth.example.com", "lumoauth.org-id=acme",
					"lumoauth.client-id=agt_1", "lumoauth.client-secret=the-real-one")
			.run((context) -> {
				LumoAuthConnectionDetails details = context.getBean(LumoAuthConnectionDetails.class);
				assertThat(details.getUrl()).isEqualTo("https://lumoauth.example.com");
				assertThat(details.getOrgId()).isEqualTo("acme");
				assertThat(details.getTenant()).isNull();
				assertThat(details.getClientSecret()).isNotEqualTo("the-real-one");
				assertThat(context.getEnvironment().getProperty("lumoauth.client-secret")).isNotEqualTo("the-real-one");
				assertThat(context.getBean(LumoAuthAgent.class).info().agentId()).isEqualTo("agt_1");
				assertThat(context.getBean(LumoAuthAgent.class).hasCapability("read:documents")).isTrue();
			});
	}

	@Test
	void needsNoneOfTheVariablesThatTheApplicationNames() {
		this.application
			.withPropertyValues("lumoauth.url=${NOT_SET_URL}", "lumoauth.tenant=${NOT_SET_TENANT}",
					"lumoauth.client-id=${NOT_SET_ID}", "lumoauth.client-secret=${NOT_SET_SECRET}",
					"lumoauth.token-store.type=redis", "lumoauth.token-store.encryption-key=${NOT_SET_KEY}",
					"lumoauth.agents.writer.client-id=${NOT_SET_WRITER_ID}",
					"lumoauth.agents.writer.client-secret=${NOT_SET_WRITER_SECRET}")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				LumoAuthAgent writer = context.getBean("lumoAuthAgent.writer", LumoAuthAgent.class);
				assertThat(writer.hasCapability("read:documents")).isTrue();
				assertThat(writer.info().agentId()).isEqualTo("writer");
				assertThat(context.getBean(LumoAuthAgent.class).info().agentId()).isEqualTo("test-agent");
			});
	}

	@Test
	void turnsOnWhatIsTurnedOffForTests() {
		this.application.withPropertyValues("lumoauth.enabled=false")
			.run((context) -> assertThat(context.getBean(Archive.class).read()).isEqualTo("read"));
	}

	@Test
	void knowsWhatIsAskedWhateverIsAsked() {
		for (String source : new String[] { "check", "ask", "userinfo" }) {
			TestAgent asked = TestAgent.with("read:documents");
			new ApplicationContextRunner().withInitializer(asked)
				.withUserConfiguration(Archive.class)
				.withPropertyValues("lumoauth.capabilities.source=" + source)
				.run((context) -> {
					assertThat(context.getBean(Archive.class).read()).isEqualTo("read");
					assertThat(asked).as(source).wasAllowed("read:documents");
				});
		}
	}

	@Test
	void replacesConnectionDetailsOfTheApplicationWithoutAskingThem() {
		this.application.withUserConfiguration(Vault.class).run((context) -> {
			assertThat(context.getBean(Archive.class).read()).isEqualTo("read");
			assertThat(Vault.asked).hasValue(0);
		});
	}

	@Test
	void startsOnlyWhatIsNotExcluded() {
		this.application
			.withPropertyValues("spring.autoconfigure.exclude="
					+ "dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration")
			.run((context) -> {
				assertThat(context).hasSingleBean(CapabilityDecisions.class);
				assertThat(context).doesNotHaveBean("lumoAuthBudgetObservationHandler");
			});
	}

	@Test
	void exchangesUsersTokens() {
		this.application.run((context) -> {
			LumoAuthAgent lumoAuth = context.getBean(LumoAuthAgent.class);
			String alice = "a-token-that-the-test-made-up";
			assertThat(ActorChain.of(lumoAuth.onBehalfOf(alice).mcpToken("urn:mcp:financial-data")).actors())
				.containsExactly("test-agent");
			assertThat(this.agent).exchangedOnBehalfOf("urn:mcp:financial-data", "a-token-that-the-test-made-up");
		});
	}

	@Test
	void allAgentsAskThePeopleOfTheTest() {
		this.application.withBean(ApprovalChannel.class, () -> mock(ApprovalChannel.class, (call) -> {
			throw new AssertionError("The application's own way is used");
		}))
			.withPropertyValues("lumoauth.agents.writer.client-id=writer", "lumoauth.approvals.channel=ciba")
			.run((context) -> {
				LumoAuthApprovals approvals = context.getBean(LumoAuthApprovals.class);
				LumoAuthApprovals ofWriter = context.getBean("lumoAuthApprovals.writer", LumoAuthApprovals.class);
				Approval asked = request(approvals);
				Approval askedByWriter = request(ofWriter);
				assertThat(asked.id()).isNotEqualTo(askedByWriter.id());
				this.agent.approve("pay");
				assertThat(approvals.run(asked.id(), () -> "paid")).isEqualTo("paid");
				assertThat(ofWriter.run(askedByWriter.id(), () -> "paid")).isEqualTo("paid");
				this.agent.approvals(AgentApprovals.DENY);
				assertThat(ofWriter.request("pay", CallArguments.of(Map.of("amount", 2)), RULE).state())
					.isEqualTo(ApprovalState.DENIED);
				assertThat(this.agent).askedForApprovalOf("pay").withArguments(Map.of());
			});
	}

	@Test
	void aCallThatWaitsGoesOnWhenItIsApproved() {
		BlockingQueue<Approval> requests = new LinkedBlockingQueue<>();
		this.application.withUserConfiguration(Payments.class)
			.withBean("requests", ApplicationListener.class, () -> new Requests(requests))
			.withPropertyValues("lumoauth.approvals.wait=60s")
			.run((context) -> {
				Payments payments = context.getBean(Payments.class);
				CompletableFuture<String> paid = CompletableFuture.supplyAsync(() -> payments.pay(1));
				assertThat(requests.poll(1, TimeUnit.MINUTES)).isNotNull();
				this.agent.approve("pay");
				assertThat(paid.get(1, TimeUnit.MINUTES)).isEqualTo("paid 1");
			});
	}

	private static Approval request(LumoAuthApprovals approvals) {
		return approvals.request("pay", CallArguments.NONE, RULE);
	}

	@Configuration(proxyBeanMethods = false)
	static class Payments {

		@RequiresApproval
		String pay(int amount) {
			return "paid " + amount;
		}

	}

	private record Requests(BlockingQueue<Approval> all) implements ApplicationListener<ApprovalRequestedEvent> {

		@Override
		public void onApplicationEvent(ApprovalRequestedEvent event) {
			this.all.add(event.getApproval());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Archive {

		@RequiresCapability("read:documents")
		String read() {
			return "read";
		}

		@RequiresCapability("write:documents")
		String write() {
			return "written";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Vault {

		static final AtomicInteger asked = new AtomicInteger();

		@Bean
		@Primary
		LumoAuthConnectionDetails detailsOutOfAVault() {
			asked.incrementAndGet();
			throw new IllegalStateException("The vault was asked");
		}

	}

}
