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

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.ErrorAnswer;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * The agents behind signatures.
 */
@Component
class SigningAgents {

	Agent of(Signer signer) {
		return CurrentTenant.get().aauthAgent(signer.identity().identifier()).orElseThrow();
	}

	/**
	 * Returns the agent that signed, if its access policy permits this.
	 */
	Agent permitted(Signer signer, HttpServletRequest request) {
		Agent agent = of(signer);
		String denial = agent.credentials().accessPolicyDenial();
		if (denial != null) {
			RequestLog.note(request, "access_policy_denied " + denial);
			throw ApiException.of(ErrorAnswer
				.oauth(HttpStatus.FORBIDDEN, "access_policy_denied", "The access policy denies the agent's requests")
				.withEntry("reason_code", denial));
		}
		return agent;
	}

}
