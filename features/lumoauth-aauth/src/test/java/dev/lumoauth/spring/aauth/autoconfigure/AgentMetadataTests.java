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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.nio.file.Path;
import java.util.List;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.spring.aauth.agent.AAuthAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * Tests for {@link PublishedDocuments}.
 */
class AgentMetadataTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(LumoAuthAutoConfiguration.class,
			LumoAuthAAuthAutoConfiguration.class);

	private static final String[] PROPERTIES = { "spring.application.name=calendar-agent",
			"lumoauth.aauth.agent=https://agent.example.com", "lumoauth.aauth.serve-metadata=true",
			"lumoauth.aauth.targets.a.resource=https://a.example", "lumoauth.aauth.targets.a.url=https://a.example",
			"lumoauth.aauth.targets.a.redirect-uri=https://agent.example.com/back",
			"lumoauth.aauth.targets.b.resource=https://b.example", "lumoauth.aauth.targets.b.url=https://b.example",
			"lumoauth.aauth.targets.b.redirect-uri=https://agent.example.com/back" };

	private static final String METADATA = """
			{"agent":"https://agent.example.com",
			 "jwks_uri":"https://agent.example.com/.well-known/aauth-jwks.json",
			 "redirect_uris":["https://agent.example.com/back"],"name":"calendar-agent"}""";

	@TempDir
	private Path directory;

	@Test
	void servesThemFromServlets() {
		Path key = TestKeys.write(this.directory.resolve("key.pem"), TestKeys.pem(TestKeys.pair("Ed25519", 0)));
		Path next = TestKeys.write(this.directory.resolve("next.jwk"), TestKeys.rsaJwk("next-1"));
		new WebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withUserConfiguration(Mvc.class)
			.withPropertyValues(PROPERTIES)
			.withPropertyValues("lumoauth.aauth.key-file=" + key, "lumoauth.aauth.next-key-file=" + next)
			.run((context) -> {
				MockMvc mvc = MockMvcBuilders.webAppContextSetup(context).build();
				mvc.perform(get("/.well-known/aauth-agent"))
					.andExpect(status().isOk())
					.andExpect(content().contentType("application/json"))
					.andExpect(header().string("Cache-Control", "max-age=60, public"))
					.andExpect(content().json(METADATA));
				mvc.perform(get("/.well-known/aauth-jwks.json"))
					.andExpect(status().isOk())
					.andExpect(content().contentType("application/json"))
					.andExpect(header().string("Cache-Control", "max-age=60, public"))
					.andExpect(jsonPath("$.keys.length()").value(2))
					.andExpect(jsonPath("$.keys[0].kid").value(context.getBean(AAuthAgent.class).key().thumbprint()))
					.andExpect(jsonPath("$.keys[0].alg").value("EdDSA"))
					.andExpect(jsonPath("$.keys[0].use").value("sig"))
					.andExpect(jsonPath("$.keys[1].kid").value("next-1"))
					.andExpect(jsonPath("$.keys[1].alg").value("PS512"))
					.andExpect(content().string(not(containsString("\"d\""))))
					.andExpect(content().string(not(containsString("\"p\""))));
			});
	}

	@Test
	void servesThemWithTheApplicationsAdviceForControllers() {
		Path key = TestKeys.write(this.directory.resolve("key.pem"), TestKeys.pem(TestKeys.pair("Ed25519", 0)));
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthAAuthAutoConfiguration.class, LumoAuthAAuthResourceAutoConfiguration.class))
			.withUserConfiguration(Mvc.class, Advice.class)
			.withPropertyValues(PROPERTIES)
			.withPropertyValues("lumoauth.aauth.key-file=" + key, "lumoauth.aauth.resource.resource=https://a.example",
					"lumoauth.aauth.resource.key-file=" + key, "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=s3cret")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				MockMvc mvc = MockMvcBuilders.webAppContextSetup(context).build();
				for (String path : List.of("aauth-agent", "aauth-jwks.json", "aauth-resource",
						"aauth-resource/jwks.json")) {
					mvc.perform(get("/.well-known/" + path)).andExpect(status().isOk());
				}
			});
	}

	@Test
	void servesThemReactively() {
		new ReactiveWebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues(PROPERTIES)
			.run((context) -> {
				WebTestClient client = WebTestClient.bindToController(context.getBean(PublishedDocuments.OfAgent.class))
					.build();
				client.get()
					.uri("/.well-known/aauth-agent")
					.exchange()
					.expectStatus()
					.isOk()
					.expectHeader()
					.valueEquals("Cache-Control", "max-age=60, public")
					.expectBody()
					.json(METADATA);
				client.get()
					.uri("/.well-known/aauth-jwks.json")
					.exchange()
					.expectStatus()
					.isOk()
					.expectHeader()
					.contentType("application/json")
					.expectBody()
					.jsonPath("$.keys.length()")
					.isEqualTo(1)
					.jsonPath("$.keys[0].d")
					.doesNotExist();
			});
	}

	@Test
	void servesNothingUnlessTheApplicationWants() {
		new WebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues(PROPERTIES)
			.withPropertyValues("lumoauth.aauth.serve-metadata=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PublishedDocuments.OfAgent.class));
	}

	@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
	@org.springframework.web.servlet.config.annotation.EnableWebMvc
	static class Mvc {

	}

	@Configuration(proxyBeanMethods = false)
	static class Advice {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			DefaultAdvisorAutoProxyCreator proxies = new DefaultAdvisorAutoProxyCreator();
			proxies.setProxyTargetClass(true);
			return proxies;
		}

		@Bean
		static DefaultPointcutAdvisor advisor() {
			return new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(RestController.class, true),
					(MethodInterceptor) MethodInvocation::proceed);
		}

	}

}
