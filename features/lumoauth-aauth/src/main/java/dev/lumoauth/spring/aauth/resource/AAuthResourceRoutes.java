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

package dev.lumoauth.spring.aauth.resource;

import java.io.IOException;
import java.time.Duration;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.util.Assert;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * The endpoints of a service for agents and for LumoAuth: its metadata, its public keys,
 * and resource tokens for agents that have signed their requests.
 *
 * @since 0.1.0
 */
public final class AAuthResourceRoutes {

	private static final Log logger = LogFactory.getLog(AAuthResourceRoutes.class);

	private static final CacheControl PUBLIC = CacheControl.maxAge(Duration.ofMinutes(1)).cachePublic();

	private final AAuthResource resource;

	private final ResourceTokens tokens;

	private AAuthResourceRoutes(AAuthResource resource, ResourceTokens tokens) {
		this.resource = resource;
		this.tokens = tokens;
	}

	/**
	 * Return the routes: {@code GET /.well-known/aauth-resource}, {@code GET
	 * /.well-known/aauth-resource/jwks.json} and {@code POST
	 * /.well-known/aauth-resource/token}. The application's security configuration has to
	 * permit these requests to everybody, with the {@link AAuthAuthenticationFilter}
	 * before them to find out who has signed.
	 * @param resource the service, which must have a key
	 * @return the routes
	 */
	public static RouterFunction<ServerResponse> of(AAuthResource resource) {
		ResourceTokens tokens = resource.resourceTokens();
		Assert.state(tokens != null, "A service without a key has no resource tokens");
		AAuthResourceRoutes routes = new AAuthResourceRoutes(resource, tokens);
		return RouterFunctions.route()
			.GET(ResourceMetadata.PATH, (request) -> json(ResourceMetadata.of(resource)))
			.GET(ResourceMetadata.JWKS_PATH, (request) -> routes.keys())
			.POST(ResourceMetadata.TOKEN_PATH, routes::token)
			.build();
	}

	private static ServerResponse json(byte[] body) {
		return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).cacheControl(PUBLIC).body(body);
	}

	private ServerResponse keys() {
		try {
			return json(ResourceMetadata.keys(this.tokens));
		}
		catch (LumoAuthUnavailableException ex) {
			return unavailable(ex);
		}
	}

	private ServerResponse token(ServerRequest request) throws IOException {
		HttpServletRequest servletRequest = request.servletRequest();
		byte[] body = servletRequest.getInputStream().readNBytes(this.resource.maxBodySize());
		try {
			byte[] answer = new ResourceTokenEndpoint(this.resource, this.tokens)
				.answer(AAuthAuthenticationFilter.caller(servletRequest), body);
			return ServerResponse.ok()
				.contentType(MediaType.APPLICATION_JSON)
				.cacheControl(CacheControl.noStore())
				.body(answer);
		}
		catch (RefusedRequestException ex) {
			logger.debug("A resource token is refused: " + ex.getMessage());
			return refused(ex.refusal());
		}
		catch (LumoAuthUnavailableException ex) {
			return unavailable(ex);
		}
	}

	private static ServerResponse unavailable(LumoAuthUnavailableException ex) {
		logger.warn("The service's key can't be read: " + ex.getMessage());
		return refused(Refusal.UNAVAILABLE);
	}

	private static ServerResponse refused(Refusal refusal) {
		return ServerResponse.status(refusal.status())
			.headers((headers) -> refusal.headers().forEach(headers::set))
			.body(refusal.body());
	}

}
