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

package dev.lumoauth.spring.workload;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthUnavailableException;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The platforms' servers as they are documented, and what is not one of them.
 */
class MetadataServerTests {

	private static final String TOKEN = TestTokens.with("lumoauth");

	@RegisterExtension
	static final WireMockExtension server = WireMockExtension.newInstance()
		.options(WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort())
		.build();

	private Duration timeout = Duration.ofSeconds(20);

	@TempDir
	private Path folder;

	@Test
	void asksGooglesMetadataServer() {
		server.stubFor(get(urlPathEqualTo("/computeMetadata/v1/instance/service-accounts/default/identity"))
			.withHeader("Metadata-Flavor", equalTo("Google"))
			.withQueryParam("audience", equalTo("https://l/a b&c"))
			.withQueryParam("format", equalTo("full"))
			.willReturn(aResponse().withHeader("Metadata-Flavor", "Google").withBody(TOKEN)));
		assertThat(gcp("https://l/a b&c").token()).isEqualTo(TOKEN);
	}

	@Test
	void takesNothingFromWhatIsNotGoogles() {
		server.stubFor(any(anyUrl()).willReturn(aResponse().withBody(TOKEN)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(gcp("lumoauth")::token)
			.withMessageContaining("not Google's metadata server");
	}

	@Test
	void asksForTheDefaultAudience() {
		server.stubFor(any(anyUrl()).withQueryParam("audience", equalTo("https://app.lumoauth.dev"))
			.willReturn(aResponse().withHeader("Metadata-Flavor", "Google").withBody(TOKEN)));
		PlatformTokens.Settings settings = new PlatformTokens.Settings(null, null, null, "https://app.lumoauth.dev",
				this.timeout, this.timeout, (name) -> null, "lumoauth.workload-identity");
		assertThat(PlatformTokens.gcp(settings, URI.create(server.baseUrl())).token()).isEqualTo(TOKEN);
	}

	@Test
	void asksAzuresMetadataService() {
		server.stubFor(get(urlPathEqualTo("/metadata/identity/oauth2/token")).withHeader("Metadata", equalTo("true"))
			.withQueryParam("api-version", equalTo("2018-02-01"))
			.withQueryParam("resource", equalTo("api://lumoauth"))
			.withQueryParam("client_id", equalTo("mine"))
			.willReturn(json("access_token", TOKEN)));
		assertThat(azure("AZURE_CLIENT_ID", "mine").token()).isEqualTo(TOKEN);
	}

	@Test
	void saysWhyAzureRefusesAndAsksOnce() {
		server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(400)
			.withBody("{\"error\":\"x\",\"error_description\":\"Identity not found\"}")));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(azure()::token)
			.withMessageContaining("HTTP 400, Identity not found")
			.withMessageContaining("AZURE_CLIENT_ID");
	}

	@Test
	void asksAppService() {
		server.stubFor(get(urlPathEqualTo("/MSI/token/")).withHeader("X-IDENTITY-HEADER", equalTo("header"))
			.withQueryParam("api-version", equalTo("2019-08-01"))
			.withQueryParam("resource", equalTo("api://lumoauth"))
			.willReturn(json("access_token", TOKEN)));
		assertThat(azure("IDENTITY_ENDPOINT", server.baseUrl() + "/MSI/token/", "IDENTITY_HEADER", "header").token())
			.isEqualTo(TOKEN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://evil.example.com/", "https://evil.example.com/",
			"http://169.254.169.254.evil.com/", "http://user@127.0.0.1/", "http://127.0.0.1@evil.com/",
			"file:///etc/passwd", "http://2130706433/", "http://169.254.300.1/", "http:// /", "//127.0.0.1/" })
	void sendsNothingElsewhere(String address) {
		List<PlatformTokenSource> sources = List.of(azure("IDENTITY_ENDPOINT", address, "IDENTITY_HEADER", "secret"),
				aws("AWS_CONTAINER_CREDENTIALS_FULL_URI", address, "AWS_REGION", "eu-west-1"),
				github(address, "http://127.0.0.1/"));
		assertThat(sources).allSatisfy(
				(source) -> assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(source::token)
					.withMessageContaining("no token is asked for there")
					.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret", "user@")));
	}

	@Test
	void asksGithub() {
		server.stubFor(get(urlPathEqualTo("/idtoken")).withHeader("Authorization", equalTo("Bearer secret"))
			.withQueryParam("api-version", equalTo("2.0"))
			.withQueryParam("audience", equalTo("https://app.lumoauth.dev"))
			.willReturn(json("value", TOKEN)));
		assertThat(github(server.baseUrl() + "/idtoken?api-version=2.0", server.baseUrl()).token()).isEqualTo(TOKEN);
	}

	@Test
	void saysWhichPermissionAJobNeeds() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(PlatformTokens.github(TestTokens.settings(null, "lumoauth"))::token)
			.withMessageContaining("id-token: write");
	}

	@Test
	void followsNoRedirect() {
		server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(302).withHeader("Location", "/elsewhere")));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(github(server.baseUrl() + "/idtoken", server.baseUrl())::token)
			.withMessageContaining("HTTP 302");
		server.verify(0, getRequestedFor(urlPathEqualTo("/elsewhere")));
	}

	@Test
	void readsNoMoreThanATokenHas() {
		server.stubFor(any(anyUrl())
			.willReturn(aResponse().withHeader("Metadata-Flavor", "Google").withBody("a".repeat(5_000_000))));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(gcp("lumoauth")::token);
	}

	@Test
	void waitsForASlowBodyNoLongerThanTheTimeout() {
		this.timeout = Duration.ofSeconds(2);
		server.stubFor(any(anyUrl()).willReturn(aResponse().withHeader("Metadata-Flavor", "Google")
			.withBody(TOKEN)
			.withChunkedDribbleDelay(10, 60_000)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(gcp("lumoauth")::token)
			.withMessageContaining("didn't answer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"value\":\"secret\"}", "{\"value\":1}", "{}", "[]", "secret",
			"{\"value\":\"a.b.c\\r\\nX\"}" })
	void refusesWhatIsNoToken(String body) {
		server.stubFor(any(anyUrl()).willReturn(aResponse().withBody(body)));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(github(server.baseUrl() + "/idtoken", server.baseUrl())::token)
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
	}

	@Test
	void quotesNoHeaderThatCannotBeSent() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(azure("IDENTITY_ENDPOINT", server.baseUrl() + "/", "IDENTITY_HEADER", "secret\r\nX: y")::token)
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
	}

	@Test
	void quotesNoHeaderThatTheServerSaysBack() {
		server.stubFor(any(anyUrl()).willReturn(
				aResponse().withStatus(401).withBody("{\"message\":\"the value s3cret-of-this is not known\"}")));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(azure("IDENTITY_ENDPOINT", server.baseUrl() + "/", "IDENTITY_HEADER", "s3cret-of-this")::token)
			.withMessageContaining("the value *** is not known");
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(aws("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.baseUrl() + "/v1/credentials",
					"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Bearer s3cret-of-this", "AWS_REGION", "eu-west-1")::token)
			.withMessageContaining("the value *** is not known");
	}

	@Test
	void hasAwsIssueATokenToTheRoleOfThePod() throws Exception {
		Path file = Files.writeString(this.folder.resolve("token"), "agent-token");
		server.stubFor(get(urlPathEqualTo("/v1/credentials")).withHeader("Authorization", equalTo("agent-token"))
			.willReturn(aResponse().withBody(
					"""
							{"AccessKeyId":"AKID","SecretAccessKey":"secret","Token":"session","Expiration":"2030-01-01T00:00:00Z"}
							""")));
		server.stubFor(post(urlPathEqualTo("/")).withHeader("X-Amz-Date", equalTo("20150830T123600Z"))
			.withHeader("X-Amz-Security-Token", equalTo("session"))
			.withHeader("Authorization",
					matching("AWS4-HMAC-SHA256 Credential=AKID/20150830/eu-west-1/sts/aws4_request, "
							+ "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}"))
			.withRequestBody(containing("Action=GetWebIdentityToken&Version=2011-06-15"))
			.withRequestBody(containing("Audience.member.1=api%3A%2F%2Flumoauth"))
			.willReturn(aResponse()
				.withBody("<GetWebIdentityTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
						+ "<GetWebIdentityTokenResult><WebIdentityToken>" + TOKEN
						+ "</WebIdentityToken></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>")));
		assertThat(aws("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.baseUrl() + "/v1/credentials",
				"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.toString(), "AWS_REGION", "eu-west-1")
			.token()).isEqualTo(TOKEN);
	}

	@Test
	void saysWhyAwsRefuses() {
		server.stubFor(get(anyUrl()).willReturn(
				aResponse().withBody("{\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"secret\",\"Token\":\"t\"}")));
		server.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(403)
			.withBody("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ErrorResponse><Error>"
					+ "<Code>OutboundWebIdentityFederationDisabled</Code></Error></ErrorResponse>")));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(
					aws("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.baseUrl() + "/", "AWS_REGION", "eu-west-1")::token)
			.withMessageContaining("HTTP 403, OutboundWebIdentityFederationDisabled")
			.withMessageContaining("sts:GetWebIdentityToken");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://evil.example.com", "http://127.0.0.1:1", "" })
	void keepsTheIdOfTheTasksCredentialsOutOfMessages(String origin) {
		server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(403)));
		String address = (origin.isEmpty() ? server.baseUrl() : origin) + "/v2/credentials/secret?id=secret";
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(aws("AWS_CONTAINER_CREDENTIALS_FULL_URI", address, "AWS_REGION", "eu-west-1")::token)
			.withMessageContaining(URI.create(address).getHost())
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret", "/v2"));
	}

	@Test
	void needsARegionAndAnIdentityAtAws() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(
					aws("AWS_REGION", "x.evil.com/", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/")::token)
			.withMessageContaining("'AWS_REGION' names no region");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(aws("AWS_REGION", "eu-west-1")::token)
			.withMessageContaining("AWS_WEB_IDENTITY_TOKEN_FILE");
	}

	private PlatformTokenSource gcp(String audience) {
		return PlatformTokens.gcp(TestTokens.settingsWithin(this.timeout, null, audience),
				URI.create(server.baseUrl()));
	}

	private PlatformTokenSource azure(String... variables) {
		return PlatformTokens.azure(TestTokens.settingsWithin(this.timeout, null, "api://lumoauth", variables),
				URI.create(server.baseUrl()));
	}

	private static PlatformTokenSource aws(String... variables) {
		return PlatformTokens.aws(TestTokens.settings(null, "api://lumoauth", variables),
				(region) -> URI.create(server.baseUrl() + "/"),
				Clock.fixed(Instant.parse("2015-08-30T12:36:00Z"), ZoneOffset.UTC));
	}

	private static PlatformTokenSource github(String url, String serverUrl) {
		return PlatformTokens
			.github(TestTokens.settings(null, "https://app.lumoauth.dev", "ACTIONS_ID_TOKEN_REQUEST_URL", url,
					"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "secret", "GITHUB_SERVER_URL", serverUrl));
	}

	private static ResponseDefinitionBuilder json(String field, String token) {
		return aResponse().withHeader("Content-Type", "application/json")
			.withBody("{\"" + field + "\":\"" + token + "\"}");
	}

}
