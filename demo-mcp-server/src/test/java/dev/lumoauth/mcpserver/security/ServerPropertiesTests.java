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

package dev.lumoauth.mcpserver.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServerProperties}.
 */
class ServerPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(Properties.class);

	@Test
	void wantsTheGuidesAudienceAndScopeFromLumoAuth() {
		this.runner.withPropertyValues("financial-data.tenant=acme-corp").run((context) -> {
			ServerProperties properties = context.getBean(ServerProperties.class);
			assertThat(properties.authorizationServer()).isEqualTo("https://app.lumoauth.dev/t/acme-corp/api/v1");
			assertThat(properties.audience()).isEqualTo("urn:mcp:financial-data");
			assertThat(properties.requiredScope()).isEqualTo("mcp:financial");
			assertThat(properties.signatureAlgorithms()).containsExactly(SignatureAlgorithm.RS256);
			assertThat(properties.allowedOrigins()).isEmpty();
		});
	}

	@Test
	void knowsBothLayoutsOfAddresses() {
		this.runner
			.withPropertyValues("financial-data.org-id=org_1", "financial-data.lumoauth-url=http://127.0.0.1:9000/",
					"financial-data.tenant=")
			.run((context) -> assertThat(context.getBean(ServerProperties.class).authorizationServer())
				.isEqualTo("http://127.0.0.1:9000/orgs/org_1/api/v1"));
	}

	@Test
	void takesAnIssuerThatIsNotLumoAuthsWithItsKeys() {
		this.runner
			.withPropertyValues("financial-data.issuer=https://issuer.example",
					"financial-data.jwk-set-uri=https://issuer.example/keys")
			.run((context) -> assertThat(context.getBean(ServerProperties.class).authorizationServer())
				.isEqualTo("https://issuer.example"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					financial-data.lumoauth-url=http://lumoauth.example    | financial-data.lumoauth-url' is not an https URL
					financial-data.lumoauth-url=https://me:pw@a.example    | financial-data.lumoauth-url' is not an https URL
					financial-data.lumoauth-url=http://127.0.0.1.a.example | financial-data.lumoauth-url' is not an https URL
					financial-data.tenant=a/../b                           | financial-data.tenant' is not a name
					financial-data.org-id=org_1                            | set exactly one of 'financial-data.tenant'
					financial-data.issuer=https://issuer.example           | financial-data.issuer' and 'financial-data.jwk-set-uri'
					financial-data.jwk-set-uri=https://issuer.example      | financial-data.issuer' and 'financial-data.jwk-set-uri'
					financial-data.audience=                               | financial-data.audience' is empty
					financial-data.required-scope=two scopes               | financial-data.required-scope' is not one scope
					financial-data.required-scope=                         | financial-data.required-scope' is not one scope
					financial-data.public-url=https://mcp.example.com/mcp  | financial-data.public-url' is not an origin
					financial-data.public-url=http://mcp.example.com       | financial-data.public-url' is not an origin
					financial-data.audiance=urn:x                          | audiance
					""")
	void namesThePropertyThatIsWrong(String property, String message) {
		this.runner.withPropertyValues("financial-data.tenant=acme-corp", property)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining(message));
	}

	@ParameterizedTest
	@ValueSource(strings = { "financial-data.tenant=", "financial-data.audience=urn:x" })
	void needsATenant(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("(LUMOAUTH_TENANT)")
				.hasMessageContaining("(LUMOAUTH_ORG_ID)"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(ServerProperties.class)
	static class Properties {

	}

}
