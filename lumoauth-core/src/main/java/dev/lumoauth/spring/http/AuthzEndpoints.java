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

package dev.lumoauth.spring.http;

import java.net.URI;

/**
 * The addresses of LumoAuth's checks, in one of two possible layouts.
 *
 * @param path the layout: {@link AuthzPath#PREFIXED} or {@link AuthzPath#ROOT}
 * @param check where to check one permission ({@code POST})
 * @param checkBulk where to check up to 100 permissions ({@code POST})
 */
record AuthzEndpoints(AuthzPath path, URI check, URI checkBulk) {

	static AuthzEndpoints below(AuthzPath path, String api) {
		return new AuthzEndpoints(path, URI.create(api + "/authz/check"), URI.create(api + "/authz/check-bulk"));
	}

	boolean contains(URI endpoint) {
		return endpoint.equals(this.check) || endpoint.equals(this.checkBulk);
	}

}
