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

package dev.lumoauth.devserver.aauth;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.TestKeys;
import dev.lumoauth.devserver.web.RecordedRequest;
import dev.lumoauth.devserver.web.RecordedText;
import dev.lumoauth.devserver.web.RequestHistory;
import dev.lumoauth.devserver.web.SignedBy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is shown of signatures, to people and by the admin API, and what is not.
 */
@ExtendWith(OutputCaptureExtension.class)
class ShownTests extends AAuthTests {

	private static final String AGENT_PATH = "/dev/tenants/acme-corp/agents/agt_changing";

	@Autowired
	private RequestHistory history;

	@Test
	void theHistorySaysWhoSigned() {
		Answer answer = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents"));
		RecordedRequest recorded = last();
		assertThat(recorded.signedBy()).isEqualTo(new SignedBy(AGENT, thumbprint(TestKeys.AGENTS, ED)));
		assertThat(recorded.note()).isEqualTo("aauth auth of agt_signing at " + RESOURCE);
		assertThat(text(recorded).answer()).doesNotContain(answer.get("auth_token").toString(),
				answer.get("refresh_token").toString());
		Answer asked = token("auth", "resource_token", resourceToken(ASKING, "read:documents"), "redirect_uri",
				"http://127.0.0.1/callback");
		assertThat(recorded.agent()).isEqualTo(AGENT);
		assertThat(text(last()).answer()).contains("/portal/aauth/authorize?request_token=(left out)")
			.doesNotContain(asked.get("request_token").toString());
		byResource("auth/token/verify", "auth_token", "x");
		assertThat(last().signedBy()).isEqualTo(new SignedBy(RESOURCE, thumbprint(TestKeys.PLATFORMS, ED)));
	}

	@Test
	void nobodyIsSaidToHaveSignedWhatIsRefused() {
		request(ACME_ORG + "/aauth/token/revoke", "token", "x").with(agentToken()).sign(TestKeys.PLATFORMS, ED).send();
		assertThat(last().signedBy()).isNull();
		assertThat(last().status()).isEqualTo(401);
		assertThat(last().note())
			.isEqualTo("invalid_signature: The key of the agent_token did not sign the request in this form");
	}

	@Test
	void noTokenIsInTheLog(CapturedOutput output) {
		Answer answer = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents"));
		String platformToken = platformToken().accessToken();
		Answer asked = token("auth", "resource_token", resourceToken(ASKING, "read:documents"), "redirect_uri",
				"http://127.0.0.1/callback");
		assertThat(output.getAll()).contains("aauth auth of agt_signing", "aauth platform-token of agt_signing")
			.doesNotContain(answer.get("auth_token").toString(), answer.get("refresh_token").toString(), platformToken,
					asked.get("request_token").toString(), "eyJ");
	}

	private RecordedText text(RecordedRequest request) {
		return this.history.text(request.number()).orElseThrow();
	}

	private RecordedRequest last() {
		List<RecordedRequest> all = this.history.after(0);
		return all.get(all.size() - 1);
	}

	@Test
	void theAdminApiChangesWhichKeysSign() {
		String keys = "{\"keys\":[" + TestKeys.PLATFORMS.publicKey(ED).toJSONString() + "]}";
		assertThat(revoke().get("error")).isEqualTo("invalid_agent_token");
		assertThat(this.client.json("PUT", AGENT_PATH + "/aauth-jwks", keys).json())
			.isEqualTo(map("identifier", "https://changing.example", "keys",
					List.of(thumbprint(TestKeys.PLATFORMS, ED)), "seen_keys", List.of()));
		assertThat(revoke().status()).isEqualTo(200);
		assertThat(this.client.get(AGENT_PATH).get("aauth")).isEqualTo(
				map("identifier", "https://changing.example", "keys", List.of(thumbprint(TestKeys.PLATFORMS, ED)),
						"seen_keys", List.of(thumbprint(TestKeys.PLATFORMS, ED))));
		assertThat(this.client.send("DELETE", AGENT_PATH + "/aauth-jwks", null).json()).containsEntry("keys",
				List.of());
		assertThat(revoke().status()).isEqualTo(401);
	}

	private Answer revoke() {
		return request(ACME_ORG + "/aauth/token/revoke", "token", "x")
			.with(jwt("agent+jwt", TestKeys.PLATFORMS, ED,
					agentClaims("https://changing.example", TestKeys.PLATFORMS, ED)))
			.sign(TestKeys.PLATFORMS, ED)
			.send();
	}

	@Test
	void theStateListsTheResources() {
		assertThat(this.client.get("/dev/state").body()).contains("\"aauth_resources\":[{\"identifier\":\"" + RESOURCE
				+ "\",\"keys\":[\"" + thumbprint(TestKeys.PLATFORMS, "ES256"));
	}

	@Test
	void theAdminApiTakesOnlyPublicKeysOfWhoSigns() {
		String secret = "{\"keys\":[" + TestKeys.AGENTS.ec().toJSONString() + "]}";
		assertThat(this.client.json("PUT", AGENT_PATH + "/aauth-jwks", secret).status()).isEqualTo(400);
		assertThat(this.client.json("PUT", "/dev/tenants/acme-corp/agents/agt_analyst/aauth-jwks", secret).status())
			.isEqualTo(404);
		assertThat(this.client.json("PUT", "/dev/tenants/acme-corp/aauth-resources/none/jwks", secret).status())
			.isEqualTo(404);
		assertThat(this.client.get("/dev/tenants/acme-corp/agents/agt_analyst").json()).containsEntry("aauth", null);
	}

}
