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

package dev.lumoauth.devserver.oauth;

import java.time.Duration;
import java.util.Map;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.web.ApiPaths;

/**
 * The tenant's public keys. Spring Authorization Server's own answer must not be cached.
 * LumoAuth's answer may be cached for an hour.
 */
@RestController
class JwksController {

	private final TenantKeys keys;

	JwksController(TenantKeys keys) {
		this.keys = keys;
	}

	@GetMapping(ApiPaths.TENANT + OAuthSecurity.JWKS)
	ResponseEntity<Map<String, Object>> keys() {
		return ResponseEntity.ok()
			.cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic())
			.body(this.keys.publicKeys().toJSONObject(true));
	}

}
