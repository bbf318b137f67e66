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

package dev.lumoauth.spring.autoconfigure.user;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the users on whose behalf the agent acts.
 */
@ConfigurationProperties("lumoauth.user")
class LumoAuthUserProperties {

	/**
	 * OAuth2 client registrations whose access tokens LumoAuth accepts. When empty, those
	 * whose issuer or token endpoint belongs to the agent's tenant: no token of another
	 * tenant or provider is sent to LumoAuth unless it is configured here.
	 */
	private List<String> registrationIds = new ArrayList<>();

	/**
	 * Further issuers whose access tokens LumoAuth accepts, such as another address of
	 * LumoAuth. The agent's tenant is accepted already.
	 */
	private List<String> issuers = new ArrayList<>();

	public List<String> getRegistrationIds() {
		return this.registrationIds;
	}

	public void setRegistrationIds(List<String> registrationIds) {
		this.registrationIds = registrationIds;
	}

	public List<String> getIssuers() {
		return this.issuers;
	}

	public void setIssuers(List<String> issuers) {
		this.issuers = issuers;
	}

}
