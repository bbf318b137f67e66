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

package dev.lumoauth.devserver.admin;

import java.util.Map;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.DpopNonces;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The part of the admin API that sets whether DPoP proofs need a nonce. Not a part of
 * LumoAuth's API.
 */
@RestController
@RequestMapping("/dev/tenants/{tenant}/dpop-nonce")
class DpopController {

	private final Tenants tenants;

	DpopController(Tenants tenants) {
		this.tenants = tenants;
	}

	@PutMapping
	Map<String, Object> require(@PathVariable String tenant) {
		DpopNonces nonces = find(tenant);
		nonces.require();
		return Map.of("dpop_nonce_required", nonces.areRequired());
	}

	@DeleteMapping
	Map<String, Object> doWithout(@PathVariable String tenant) {
		DpopNonces nonces = find(tenant);
		nonces.doWithout();
		return Map.of("dpop_nonce_required", nonces.areRequired());
	}

	private DpopNonces find(String tenant) {
		return this.tenants.find(tenant)
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "tenant_not_found", "There is no such tenant"))
			.dpopNonces();
	}

}
